// What `inkling doctor --json` found, as a page. Knows nothing of VS Code.

import { page, type Row } from "./page";

const signs: Readonly<Record<string, string>> = { ok: "✓", warning: "!", error: "✗", skipped: "–" };

/** The page for the command's output, or undefined if that is not its JSON. */
export function doctorPage(output: string, nonce: string): string | undefined {
  let checks: unknown;
  try {
    checks = (JSON.parse(output) as { checks?: unknown } | null)?.checks;
  } catch {
    return undefined;
  }
  if (!Array.isArray(checks)) {
    return undefined;
  }
  const rows = checks.map((check: unknown): Row => {
    const given = (check ?? {}) as Record<string, unknown>;
    const text = (name: string) => (typeof given[name] === "string" ? given[name] : "");
    const sign = signs[text("verdict")] ?? "";
    return [`${sign} ${text("verdict")}`.trim(), text("name"), text("found"), text("advice")];
  });
  const bad = rows.filter(([verdict]) => verdict?.endsWith("error") === true).length;
  const lead = bad === 0 ? "Nothing is in the way." : `${String(bad)} of ${String(rows.length)} checks failed.`;
  return page("Inkling: Doctor", lead, [{ title: "Checks", rows, none: "It checked nothing." }], nonce);
}
