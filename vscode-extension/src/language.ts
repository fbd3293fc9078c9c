// What people call a language that the editor knows by its identifier.

import { extensions } from "vscode";

const names = new Map([["plaintext", "plain text"]]);

/** The first alias that an extension gives the language, such as Markdown; the identifier where none does. */
export function nameOf(language: string): string {
  const known = names.get(language) ?? contributed(language) ?? language;
  names.set(language, known);
  return known;
}

interface Contributed {
  readonly id?: string;
  readonly aliases?: readonly string[];
}

function contributed(language: string): string | undefined {
  return extensions.all
    .flatMap(({ packageJSON }) => (packageJSON as { contributes?: { languages?: Contributed[] } }).contributes?.languages ?? [])
    .find(({ id, aliases }) => id === language && aliases?.[0] !== undefined)?.aliases?.[0];
}
