// A small page for a webview: no scripts, no pictures, nothing from outside. Knows nothing of VS Code.

/** A cell's text; it is escaped here and nowhere else. */
export type Row = readonly string[];

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Said where there are no rows. */
  readonly none?: string;
}

const style = `
  body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 2em 2em; max-width: 50em; }
  h1 { font-size: 1.5em; font-weight: 600; margin: 1.2em 0 .3em; }
  h2 { font-size: 1.1em; font-weight: 600; margin: 1.8em 0 .5em; }
  p { color: var(--vscode-descriptionForeground); margin: .3em 0; }
  table { border-collapse: collapse; width: 100%; }
  td { border-top: 1px solid var(--vscode-widget-border, rgba(128, 128, 128, .35)); padding: .45em 1em .45em 0; vertical-align: top; }
  td:first-child { white-space: nowrap; }
  td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }`;

const aNumber = /^<?[\d,]+(\.\d+)?( (%|ms|s))?$/;

/** The whole document. `nonce` allows this page's own style and nothing else. */
export function page(title: string, lead: string, sections: readonly Section[], nonce: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}';">
<title>${escaped(title)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(lead)}</p>
${sections.map(drawn).join("\n")}
</body>
</html>`;
}

function drawn({ title, rows, none }: Section): string {
  const body =
    rows.length === 0
      ? `<p>${escaped(none ?? "Nothing yet.")}</p>`
      : `<table>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n")}</table>`;
  return `<h2>${escaped(title)}</h2>\n${body}`;
}

function cell(text: string): string {
  return aNumber.test(text) ? `<td class="number">${escaped(text)}</td>` : `<td>${escaped(text)}</td>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
