// Follows the suggestion that the editor was given last, and tells what became of it.
//
// The stable API says little of that. An item's own command runs when all of it was accepted; the
// language client carries it to the server. Parts taken by word or line are read from the text's
// changes. Whether an item was drawn, which of several is in view, and that Escape refused it, only
// proposed API tells (`handleDidShowCompletionItem`, `handleEndOfLifetime`): so an item counts as shown
// once the editor took it uncancelled, and a refusal is told only by our own command for it.

import type { InlineCompletionItem, Position, Range, TextDocument, TextDocumentChangeEvent } from "vscode";
import { charactersIn, takenBy, withLineFeeds } from "./taken";

export interface Feedback {
  readonly item: unknown;
  readonly event: "shown" | "partlyAccepted" | "dismissed";
  /** How many characters of it (code points, a line's end being one) were taken so far; 0 but for `partlyAccepted`. */
  readonly characters: number;
}

interface Candidate {
  readonly id: unknown;
  readonly rest: string;
  readonly taken: number;
}

export class Shown {
  readonly #tell: (feedback: Feedback) => void;
  #uri = "";
  #at = { line: 0, character: 0 };
  #candidates: readonly Candidate[] = [];

  constructor(tell: (feedback: Feedback) => void) {
    this.#tell = tell;
  }

  /** The editor was given these items for this place. */
  given(document: TextDocument, position: Position, items: readonly InlineCompletionItem[]): void {
    this.#uri = document.uri.toString();
    this.#at = position;
    this.#candidates = items.flatMap((item) => {
      const [id] = (item.command?.arguments ?? []) as unknown[];
      return id === undefined ? [] : [{ id, rest: restOf(item, document, position), taken: 0 }];
    });
    const [first] = this.#candidates;
    if (first !== undefined) {
      this.#tell({ item: first.id, event: "shown", characters: 0 });
    }
  }

  /** The text changed: along with the suggestion, by it, or against it. */
  changed({ document, contentChanges }: TextDocumentChangeEvent): void {
    if (this.#candidates.length === 0 || document.uri.toString() !== this.#uri) {
      return;
    }
    const [change] = contentChanges;
    if (change === undefined) {
      return; // only its being saved changed
    }
    const here = contentChanges.length === 1 && change.range.isEmpty && isAt(change.range, this.#at);
    const inserted = withLineFeeds(change.text);
    const taking = here ? this.#candidates.filter((one) => one.rest.startsWith(inserted)) : [];
    const [first] = taking;
    const taken = first === undefined ? "other" : takenBy(inserted, first.rest);
    if (first === undefined || taken === "whole" || taken === "other") {
      this.#candidates = [];
      return;
    }
    const more = taken === "part" ? charactersIn(inserted) : 0;
    if (more > 0) {
      this.#tell({ item: first.id, event: "partlyAccepted", characters: first.taken + more });
    }
    this.#at = after(this.#at, inserted);
    this.#candidates = taking.map((one) => ({
      id: one.id,
      rest: one.rest.slice(inserted.length),
      taken: one.taken + more,
    }));
  }

  /** The person refused it. */
  dismissed(): void {
    const [first] = this.#candidates;
    this.#candidates = [];
    if (first !== undefined) {
      this.#tell({ item: first.id, event: "dismissed", characters: 0 });
    }
  }
}

/** What an item adds at the cursor: its range may begin before it. */
function restOf(item: InlineCompletionItem, document: TextDocument, position: Position): string {
  const text = withLineFeeds(typeof item.insertText === "string" ? item.insertText : item.insertText.value);
  const typed = item.range === undefined ? "" : withLineFeeds(document.getText(item.range.with({ end: position })));
  return text.startsWith(typed) ? text.slice(typed.length) : text;
}

function isAt(range: Range, place: { readonly line: number; readonly character: number }): boolean {
  return range.start.line === place.line && range.start.character === place.character;
}

function after(place: { readonly line: number; readonly character: number }, inserted: string) {
  const lines = inserted.split("\n");
  const last = lines.at(-1) ?? "";
  return lines.length === 1
    ? { line: place.line, character: place.character + last.length }
    : { line: place.line + lines.length - 1, character: last.length };
}
