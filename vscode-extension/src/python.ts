// Finding a Python that an environment can be made with. Knows nothing of VS Code.

import { run } from "./run";

/** The oldest that Inkling runs on. */
export const oldest = { major: 3, minor: 11 } as const;

const newest = 14;

const probe = "import sys, venv, ensurepip; print(sys.version_info[0], sys.version_info[1])";

/** What people call it; the plain names come first, since they are what the person chose. */
export const pythonNames: readonly string[] = [
  "python3",
  "python",
  ...Array.from({ length: newest - oldest.minor + 1 }, (_, back) => `python3.${String(newest - back)}`),
];

export const pythonProblem =
  `Inkling needs Python ${String(oldest.major)}.${String(oldest.minor)} or newer with its venv module, ` +
  "and found none on the PATH. Install one (on Debian or Ubuntu also the package python3-venv), and try again.";

/** Whether a probe's answer names a version that is new enough. */
export function isNewEnough(answer: string): boolean {
  const [major = 0, minor = 0] = answer.trim().split(" ").map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

/** The first of the names that is a Python which will do. */
export async function findPython(locate: (name: string) => string | undefined): Promise<string | undefined> {
  for (const name of pythonNames) {
    const program = locate(name);
    if (program === undefined) {
      continue;
    }
    const finished = await run(program, ["-I", "-c", probe]).catch(() => undefined);
    if (finished?.status === 0 && isNewEnough(finished.stdout)) {
      return program;
    }
  }
  return undefined;
}
