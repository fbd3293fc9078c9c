// A sentence in lines that fit where no line is broken. Knows nothing of VS Code.

/** The sentence in at most two lines of about `width` characters; what does not fit is left out, and … says so. */
export function twoLines(sentence: string, width: number): readonly [string, string] {
  if (sentence.length <= width) {
    return [sentence, ""];
  }
  const [first, rest] = broken(sentence, width);
  return rest.length <= width ? [first, rest] : [first, `${broken(rest, width - 1)[0]}…`];
}

function broken(text: string, width: number): [string, string] {
  const space = text.lastIndexOf(" ", width);
  const end = space > 0 ? space : width;
  return [text.slice(0, end), text.slice(end).trimStart()];
}
