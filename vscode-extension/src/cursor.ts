// Tells where the cursor came to rest: the server reads that place ahead of the next key.

import { Disposable, window, type Position, type TextDocument } from "vscode";
import { restMs } from "./protocol";

/** Calls `rested` wherever the cursor comes to rest, until disposed. */
export function onDidRest(rested: (document: TextDocument, position: Position) => void): Disposable {
  let timer: NodeJS.Timeout | undefined;

  const settle = (document: TextDocument, position: Position): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      rested(document, position);
    }, restMs);
  };

  // A key that types moves the cursor too; then a request follows soon, and the timer is harmless:
  // what it would have read is what the request reads.
  const selection = window.onDidChangeTextEditorSelection(({ selections, textEditor }) => {
    const [only] = selections;
    if (selections.length === 1 && only?.isEmpty === true) {
      settle(textEditor.document, only.active);
    }
  });
  const editor = window.onDidChangeActiveTextEditor((active) => {
    if (active !== undefined) {
      settle(active.document, active.selection.active);
    }
  });
  if (window.activeTextEditor !== undefined) {
    settle(window.activeTextEditor.document, window.activeTextEditor.selection.active);
  }
  return Disposable.from(selection, editor, {
    dispose: () => {
      clearTimeout(timer);
    },
  });
}
