// Reading what `inkling model pull --progress-json` says. Knows nothing of VS Code.

/** One step of a progress bar: `percent` is of the whole pull, which never goes back. */
export interface Step {
  readonly message: string;
  readonly percent: number;
}

const preparing = "Preparing it for this machine";

/** The server's short names of steps, as a person would say them; one that is not here is shown as it is. */
const steps: Readonly<Record<string, string>> = {
  waiting: "Another pull is at work; waiting for it",
  reading: preparing,
  quantizing: preparing,
  writing: preparing,
};

/** The step that a line tells; undefined if it is no progress. */
export function stepFrom(line: string): Step | undefined {
  let given: Record<string, unknown>;
  try {
    given = (JSON.parse(line) ?? {}) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { step, done, total, progress } = given;
  if (typeof step !== "string" || typeof done !== "number") {
    return undefined;
  }
  return { message: said(step, done, total), percent: typeof progress === "number" ? 100 * progress : 0 };
}

function said(step: string, done: number, total: unknown): string {
  const name = steps[step] ?? step.charAt(0).toUpperCase() + step.slice(1);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const ofBytes = typeof total === "number" && total > 1e6;
  return ofBytes ? `${name} ${megabytes(done)} of ${megabytes(total)} MB` : name;
}
