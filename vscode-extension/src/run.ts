// Runs a program to its end and hands on each line it says. Knows nothing of VS Code.

import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { createInterface } from "node:readline";

/** What a program that ended has said. `status` is null when it was ended by a signal. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What to do with a line as it comes, and when to stop: what comes later nobody is to hear. */
export interface Watching {
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Rejects when the program cannot be run or was stopped by the signal; any exit status is an answer. */
export async function run(program: string, args: readonly string[], watching: Watching = {}): Promise<Finished> {
  // Not in the open folder: `python -m inkling` there would run the folder's own inkling.py.
  const process = spawn(program, args, {
    cwd: homedir(),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    ...(watching.signal === undefined ? {} : { signal: watching.signal }),
  });
  const said = { stdout: [] as string[], stderr: [] as string[] };
  for (const name of ["stdout", "stderr"] as const) {
    createInterface({ input: process[name], crlfDelay: Infinity }).on("line", (line) => {
      said[name].push(line);
      if (watching.signal?.aborted !== true) {
        watching.onLine?.(line);
      }
    });
  }
  return new Promise((resolve, reject) => {
    process.on("error", reject);
    process.on("close", (status) => {
      resolve({ status, stdout: said.stdout.join("\n"), stderr: said.stderr.join("\n") });
    });
  });
}
