// From settings to the server's options. Knows nothing of VS Code.

const names = [
  "enabled",
  "disabledLanguages",
  "model",
  "budgetMs",
  "explicitBudgetMs",
  "maxTokens",
  "maxLines",
  "threads",
  "readAheadOnBattery",
  "trace",
] as const;

export type Options = Partial<Record<(typeof names)[number], unknown>>;

/** The settings that have a value; the server has its own defaults for the others, and checks them all. */
export function optionsFrom(setting: (name: string) => unknown): Options {
  const options: Options = {};
  for (const name of names) {
    const value = setting(name);
    if (value !== undefined && value !== null && value !== "") {
      options[name] = value;
    }
  }
  return options;
}
