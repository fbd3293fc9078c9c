// The keys that work on ghost text, as they are until a person changes them. Knows nothing of VS Code.

export interface Key {
  readonly key: string;
  readonly does: string;
  readonly command: string;
}

/** All are the editor's own but the one that asks, which comes with this extension. */
export function keysOn(mac: boolean): readonly Key[] {
  const inline = (key: string, does: string, command: string) => ({
    key,
    does,
    command: `editor.action.inlineSuggest.${command}`,
  });
  return [
    inline("Tab", "Take all of the suggestion", "commit"),
    inline(mac ? "⌘→" : "Ctrl+→", "Take a word of it", "acceptNextWord"),
    inline("no key yet", "Take a line of it", "acceptNextLine"),
    inline(mac ? "⌥\\" : "Alt+\\", "Ask for a suggestion", "trigger"),
    inline(mac ? "⌥]" : "Alt+]", "Ask for alternatives; the next one", "showNext"),
    inline(mac ? "⌥[" : "Alt+[", "The one before", "showPrevious"),
    inline("Escape", "Drop it", "hide"),
    { key: "no key yet", does: "Drop it, and count that in the statistics", command: "inkling.dismiss" },
  ];
}
