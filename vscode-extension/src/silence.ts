// Why the client asks for nothing at all. Knows nothing of VS Code.

import type { Silence } from "./status";

/** What it depends on. */
export interface Wishes {
  readonly enabled: boolean;
  readonly disabledLanguages: readonly string[];
  /** When the snooze ends, in milliseconds since 1970. */
  readonly snoozedUntil: number | undefined;
}

/** The reason for silence in a language, or undefined where suggestions are wanted. */
export function silenceIn(language: string | undefined, wishes: Wishes): Silence | undefined {
  if (!wishes.enabled) {
    return { short: "off", reason: "Inkling is turned off (the setting `inkling.enabled`)." };
  }
  if (wishes.snoozedUntil !== undefined) {
    const time = new Date(wishes.snoozedUntil).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    return { short: "snoozed", reason: `Inkling is snoozed until ${time}.` };
  }
  if (language !== undefined && wishes.disabledLanguages.includes(language)) {
    const reason = `Inkling is turned off for ${language} (the setting \`inkling.disabledLanguages\`).`;
    return { short: `off for ${language}`, reason };
  }
  return undefined;
}
