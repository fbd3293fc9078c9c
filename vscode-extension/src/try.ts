// A place to try Inkling at: a new Python file that is begun.

import { commands, Selection, window, workspace } from "vscode";

const begun = 'import math\n\n\ndef area(radius):\n    """The area of a circle."""\n    return ';

export async function tryIt(): Promise<void> {
  const document = await workspace.openTextDocument({ language: "python", content: begun });
  const editor = await window.showTextDocument(document);
  const end = document.positionAt(begun.length);
  editor.selection = new Selection(end, end);
  await commands.executeCommand("editor.action.inlineSuggest.trigger");
}
