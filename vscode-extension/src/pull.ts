// Reading what `inkling model pull --progress-json` says. Knows nothing of VS Code.

/** One step of a progress bar: `increment` is in percent of the whole. */
export interface Step {
  readonly message: string;
  readonly increment: number;
}

/**
 * Makes a reader of the lines, one by one; a line that is no progress gives nothing. The editor's bar
 * only grows, and each step counts anew: the bar is the first step's that has an end, the download.
 */
export function progressReader(): (line: string) => Step | undefined {
  let drawn: string | undefined;
  let percent = 0;
  return (line) => {
    const told = parse(line);
    if (told === undefined) {
      return undefined;
    }
    const { step, done, total } = told;
    const name = step.charAt(0).toUpperCase() + step.slice(1);
    if (total === null || total <= 0) {
      return { message: `${name}…`, increment: 0 };
    }
    drawn ??= step;
    const now = step === drawn ? Math.min(100, (100 * done) / total) : percent;
    const increment = Math.max(0, now - percent);
    percent += increment;
    return { message: `${name}: ${amount(done, total)}`, increment };
  };
}

interface Told {
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
}

function parse(line: string): Told | undefined {
  try {
    const { step, done, total } = (JSON.parse(line) ?? {}) as Record<string, unknown>;
    const right = typeof step === "string" && typeof done === "number";
    return right ? { step, done, total: typeof total === "number" ? total : null } : undefined;
  } catch {
    return undefined;
  }
}

function amount(done: number, total: number): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  return total > 1e6 ? `${megabytes(done)} of ${megabytes(total)} MB` : `${String(done)} of ${String(total)}`;
}
