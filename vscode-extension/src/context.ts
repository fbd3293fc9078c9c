// What the model sees at the cursor, as a document that nobody writes in.

import { EventEmitter, Uri, ViewColumn, window, workspace, type TextDocumentContentProvider } from "vscode";
import type { Inkling } from "./inkling";

export const scheme = "inkling";
const uri = Uri.from({ scheme, path: "/What the Model Sees.txt" });

export class Context implements TextDocumentContentProvider {
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;
  #text = "";

  provideTextDocumentContent(): string {
    return this.#text;
  }

  async show({ server }: Inkling): Promise<void> {
    const editor = window.activeTextEditor;
    if (server === undefined || editor === undefined) {
      void window.showInformationMessage("Inkling: there is no running server, or no file in front, so nothing is seen.");
      return;
    }
    this.#text = await server.context(editor.document, editor.selection.active);
    this.#changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true });
  }
}
