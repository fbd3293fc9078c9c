// Suggests the same word on each line that begins with "both" or "alone".

const vscode = require("vscode");

exports.activate = (context) => {
  const provider = {
    provideInlineCompletionItems: (document, position) => {
      const before = document.lineAt(position).text.slice(0, position.character);
      const range = new vscode.Range(position, position);
      return /^(both|alone) $/.test(before) ? [new vscode.InlineCompletionItem("from beside", range)] : [];
    },
  };
  context.subscriptions.push(vscode.languages.registerInlineCompletionItemProvider({ language: "python" }, provider));
};
