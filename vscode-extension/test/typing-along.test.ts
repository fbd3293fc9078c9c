import assert from "node:assert/strict";
import { test } from "node:test";
import type { InlineCompletionItem, Position, TextDocument, TextDocumentChangeEvent } from "vscode";
import typing from "../../protocol/typing-along.json";
import { Shown, type Feedback } from "../src/shown";

const document = { uri: { toString: () => "file:///a.py" } } as unknown as TextDocument;

/** Where the cursor stands behind a text. */
function end(text: string): Position {
  const lines = text.split("\n");
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } as unknown as Position;
}

function insertion(before: string, text: string): TextDocumentChangeEvent {
  return { document, contentChanges: [{ range: { isEmpty: true, start: end(before) }, text }] } as never;
}

function keys(before: string, key: string): string {
  const indentation = /^\s*/.exec(before.split("\n").at(-1) ?? "")?.[0] ?? "";
  return key === "Enter" ? `\n${indentation}` : key;
}

for (const { name, before, suggestion, keys: pressed, left } of typing.cases) {
  // After Backspace the editor asks anew: what is followed begins with that answer.
  if (!pressed.includes("Backspace")) {
    test(`typing along: ${name}`, () => {
      const told: Feedback[] = [];
      const shown = new Shown((feedback) => told.push(feedback));
      const command = { command: "inkling.accepted", title: "", arguments: ["a"] };
      const item = { insertText: suggestion, command } as unknown as InlineCompletionItem;
      shown.given(document, end(before), [item]);
      let text = before;
      for (const key of pressed) {
        const inserted = keys(text, key);
        shown.changed(insertion(text, inserted));
        text += inserted;
      }
      assert.equal(told.length, 1, "typing takes nothing");
      // What is left is known by its last part: it is followed to there, and can then be refused.
      const more = left?.slice(0, -1) ?? "";
      if (more !== "") {
        shown.changed(insertion(text, more));
      }
      shown.dismissed();
      assert.equal(told.at(-1)?.event === "dismissed", left !== null);
    });
  }
}
