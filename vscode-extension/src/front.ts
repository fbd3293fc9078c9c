// What the document in front is to Inkling. Knows nothing of VS Code.

import type { Silence } from "./status";

/** The schemes of documents that are completed: files on a disk, and new ones; and of notebooks with such cells. */
export const servedSchemes: readonly string[] = ["file", "untitled"];

/** The scheme of a notebook's cells, whatever that of the notebook is. */
export const cellScheme = "vscode-notebook-cell";

/** What a console with cells is made of; what is typed there is a document that no notebook holds. */
const consoles = ["vscode-interactive", "vscode-interactive-input"];

/** What is written for git and not for a program, by the editor's identifiers. */
const messages = new Set(["git-commit", "git-rebase"]);

/** A document as the editor knows it; a cell has its notebook's scheme and path. `languageName` is for people. */
export interface Document {
  readonly scheme: string;
  readonly path?: string;
  readonly language: string;
  readonly languageName: string;
}

/** Why a document is not even told to the server; undefined for one that is. */
export function unserved({ scheme, path = "", language }: Document): Silence | undefined {
  if (consoles.includes(scheme)) {
    return { short: "not for consoles", reason: "Inkling suggests nothing in an interactive window." };
  }
  if (!servedSchemes.includes(scheme)) {
    const reason = `Inkling completes files on a disk and new ones, not documents of this kind (${scheme}).`;
    return { short: "not for this document", reason };
  }
  // In a window that has just opened, a message's language is not known yet.
  if (messages.has(language) || path.includes("/.git/")) {
    return { short: "not for commits", reason: "Inkling leaves commit messages alone." };
  }
  return undefined;
}
