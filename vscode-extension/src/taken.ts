// What a change of the text means for a suggestion that stands behind the cursor. Knows nothing of VS Code.

/** A text with the line ends that the server counts with. */
export function withLineFeeds(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}

/** How many characters a person would count: code points, a line's end being one. */
export function charactersIn(text: string): number {
  return Array.from(withLineFeeds(text)).length;
}

export type Taken = "whole" | "part" | "typed" | "other";

/** What an editor inserts by itself beside a typed bracket or quote. */
const closedByItself = new Set(["()", "[]", "{}", '""', "''", "``"]);

/**
 * Reads an insertion at the cursor against what the suggestion would have added there. More than one
 * character of it at once is what nobody types: a word or a line was taken. The exceptions are a bracket
 * with its partner, and a line's end with its indentation; a word of one character passes for typing.
 */
export function takenBy(inserted: string, suggested: string): Taken {
  if (inserted === "" || !suggested.startsWith(inserted)) {
    return "other";
  }
  if (inserted === suggested) {
    return "whole";
  }
  const typed = charactersIn(inserted) === 1 || closedByItself.has(inserted) || inserted.trim() === "";
  return typed ? "typed" : "part";
}
