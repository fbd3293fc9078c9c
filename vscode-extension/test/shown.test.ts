import assert from "node:assert/strict";
import { test } from "node:test";
import type { InlineCompletionItem, Position, TextDocument, TextDocumentChangeEvent } from "vscode";
import { Shown, type Feedback } from "../src/shown";

// The few parts of the editor's objects that are looked at.
const document = { uri: { toString: () => "file:///a.py" }, getText: () => "ad" } as unknown as TextDocument;
const place = (line: number, character: number) => ({ line, character }) as unknown as Position;

function item(id: string, insertText: string, range?: object): InlineCompletionItem {
  return { insertText, range, command: { command: "inkling.accepted", title: "", arguments: [id] } } as never;
}

function insertion(at: Position, text: string): TextDocumentChangeEvent {
  return { document, contentChanges: [{ range: { isEmpty: true, start: at }, text }] } as never;
}

function follow() {
  const told: Feedback[] = [];
  return { told, shown: new Shown((feedback) => told.push(feedback)) };
}

test("what the editor was given counts as shown, the first of it", () => {
  const { told, shown } = follow();
  shown.given(document, place(0, 4), [item("a", "one"), item("b", "two")]);
  assert.deepEqual(told, [{ item: "a", event: "shown", characters: 0 }]);
});

test("parts are told with what was taken so far, without what was typed", () => {
  const { told, shown } = follow();
  shown.given(document, place(0, 4), [item("a", "add(first, second)\nx")]);
  shown.changed(insertion(place(0, 4), "add"));
  shown.changed(insertion(place(0, 7), "("));
  shown.changed(insertion(place(0, 8), "first, second)\n"));
  assert.deepEqual(
    told.slice(1).map(({ event, characters }) => [event, characters]),
    [
      ["partlyAccepted", 3],
      ["partlyAccepted", 18],
    ],
  );
});

test("characters are code points, and a line's end is one, whatever the document's is", () => {
  const { told, shown } = follow();
  shown.given(document, place(0, 4), [item("a", 'x = "🙂🙂"\r\ny = 1\r\nz')]);
  shown.changed(insertion(place(0, 4), 'x = "🙂🙂"'));
  shown.changed(insertion(place(0, 14), "\r\n"));
  shown.changed(insertion(place(1, 0), "y = 1\r\n"));
  assert.deepEqual(
    told.slice(1).map(({ event, characters }) => [event, characters]),
    [
      ["partlyAccepted", 8],
      ["partlyAccepted", 14],
    ],
  );
});

test("of several the one that goes on like the text is meant", () => {
  const { told, shown } = follow();
  shown.given(document, place(0, 0), [item("a", "one thing"), item("b", "two things")]);
  shown.changed(insertion(place(0, 0), "two"));
  assert.deepEqual(told[1], { item: "b", event: "partlyAccepted", characters: 3 });
});

test("an item that begins before the cursor adds what is not there yet", () => {
  const { told, shown } = follow();
  shown.given(document, place(0, 6), [item("a", "add it", { with: () => "the range up to the cursor" })]);
  shown.changed(insertion(place(0, 6), "d it"));
  assert.equal(told.length, 1, "all of it: the item's command says so");
  shown.given(document, place(0, 6), [item("b", "add it", { with: () => "the range up to the cursor" })]);
  shown.changed(insertion(place(0, 6), "d i"));
  assert.deepEqual(told[2], { item: "b", event: "partlyAccepted", characters: 3 });
});

test("other text, other places and later answers end it", () => {
  for (const end of [
    (shown: Shown) => {
      shown.changed(insertion(place(0, 0), "xyz"));
    },
    (shown: Shown) => {
      shown.changed(insertion(place(3, 0), "one"));
    },
    (shown: Shown) => {
      shown.given(document, place(0, 0), []);
    },
  ]) {
    const { told, shown } = follow();
    shown.given(document, place(0, 0), [item("a", "one thing")]);
    end(shown);
    shown.changed(insertion(place(0, 0), "one"));
    shown.dismissed();
    assert.equal(told.length, 1);
  }
});

test("a refusal is told once", () => {
  const { told, shown } = follow();
  shown.given(document, place(0, 0), [item("a", "one")]);
  shown.dismissed();
  shown.dismissed();
  assert.deepEqual(told[1], { item: "a", event: "dismissed", characters: 0 });
  assert.equal(told.length, 2);
});
