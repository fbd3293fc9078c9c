// From settings to the server's options. Knows nothing of VS Code.

import { optionNames, ownOptionNames } from "./protocol";

export type Options = Partial<Record<(typeof optionNames)[number], unknown>>;

/**
 * The settings that have a value; the server has its own defaults for the others, and checks them all. What is the
 * person's alone is asked of `own`, their own settings, and of no workspace's.
 */
export function optionsFrom(setting: (name: string) => unknown, own: (name: string) => unknown): Options {
  const options: Options = {};
  for (const name of optionNames) {
    const value = ownOptionNames.includes(name) ? own(name) : setting(name);
    if (value !== undefined && value !== null && value !== "") {
      options[name] = value;
    }
  }
  return options;
}
