// What the document in front is to Inkling. Knows nothing of VS Code.

import type { Silence } from "./status";

/** The schemes of documents that are completed: files on a disk, and new ones. */
export const servedSchemes: readonly string[] = ["file", "untitled"];

/** What is written for git and not for a program, by the editor's identifiers. */
const messages = new Set(["git-commit", "git-rebase"]);

/** A document as the editor knows it; `languageName` is for people. */
export interface Document {
  readonly scheme: string;
  readonly path?: string;
  readonly language: string;
  readonly languageName: string;
}

/** Why a document is not even told to the server; undefined for one that is. */
export function unserved({ scheme, path = "", language }: Document): Silence | undefined {
  if (scheme.startsWith("vscode-notebook") || scheme === "vscode-interactive-input") {
    return { short: "not for notebooks", reason: "Inkling suggests nothing in notebooks." };
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
