// What the document in front is to Inkling. Knows nothing of VS Code.

import { languageIds } from "./protocol";
import type { Silence } from "./status";

/** The languages that are completed, by their identifiers. */
export const servedLanguages: readonly string[] = languageIds;

/** The schemes of documents that are completed: files on a disk, and new ones. */
export const servedSchemes: readonly string[] = ["file", "untitled"];

/** A document as the editor knows it; `languageName` is for people. */
export interface Document {
  readonly scheme: string;
  readonly language: string;
  readonly languageName: string;
}

/** Why a document never gets a suggestion; undefined for one that does. */
export function unserved({ scheme, language, languageName }: Document): Silence | undefined {
  if (scheme.startsWith("vscode-notebook") || scheme === "vscode-interactive-input") {
    return { short: "not for notebooks", reason: "Inkling suggests nothing in notebooks." };
  }
  if (!servedLanguages.includes(language)) {
    return { short: `not for ${languageName}`, reason: `Inkling suggests nothing in ${languageName}.` };
  }
  if (!servedSchemes.includes(scheme)) {
    const reason = `Inkling completes files on a disk and new ones, not documents of this kind (${scheme}).`;
    return { short: "not for this document", reason };
  }
  return undefined;
}
