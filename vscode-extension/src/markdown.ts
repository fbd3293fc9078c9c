// A sentence as Markdown. Knows nothing of VS Code.

/** The sentence as it is, but for what stands between backticks: that is code. */
export function asMarkdown(sentence: string): string {
  const parts = sentence.split(/(`[^`]+`)/);
  return parts.map((part, number) => (number % 2 === 1 ? part : part.replaceAll(/[\\`*_{}[\]()<>#|~$&!]/g, "\\$&"))).join("");
}
