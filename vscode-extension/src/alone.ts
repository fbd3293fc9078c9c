// One process at a time does something that all windows share. Knows nothing of VS Code.

import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const lookMs = 500;

/**
 * Runs a task while a file names this process. Waits while it names another one that lives, and tells the
 * task whether it did. Rejects if the signal says so meanwhile.
 */
export async function alone(
  file: string,
  signal: AbortSignal | undefined,
  task: (waited: boolean) => Promise<void>,
): Promise<void> {
  let waited = false;
  while (!(await taken(file))) {
    const other = Number(await readFile(file, "utf8").catch(() => ""));
    if (isAlive(other)) {
      waited = true;
      await sleep(lookMs, undefined, signal === undefined ? {} : { signal });
    } else {
      await rm(file, { force: true });
    }
  }
  try {
    await task(waited);
  } finally {
    await rm(file, { force: true });
  }
}

async function taken(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/** Whether a process of this number runs. */
export function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
