// Why the client asks for nothing at all. Knows nothing of VS Code.

import { unserved, type Document } from "./front";
import type { Silence } from "./status";

/** What it depends on. */
export interface Wishes {
  readonly enabled: boolean;
  readonly disabledLanguages: readonly string[];
  /** When the snooze ends, in milliseconds since 1970. */
  readonly snoozedUntil: number | undefined;
}

/** The reason for silence in a document, or undefined where suggestions are wanted; outside an editor, what holds everywhere. */
export function silenceIn(document: Document | undefined, wishes: Wishes): Silence | undefined {
  if (!wishes.enabled) {
    return { short: "off", reason: "Inkling is turned off (the setting `inkling.enabled`)." };
  }
  if (wishes.snoozedUntil !== undefined) {
    const time = new Date(wishes.snoozedUntil).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    return { short: "snoozed", reason: `Inkling is snoozed until ${time}.` };
  }
  if (document === undefined) {
    return undefined;
  }
  if (wishes.disabledLanguages.includes(document.language)) {
    const name = document.languageName;
    return { short: `off for ${name}`, reason: `Inkling is turned off for ${name} (the setting \`inkling.disabledLanguages\`).` };
  }
  return unserved(document);
}
