// One process at a time does something that all windows share. Knows nothing of VS Code.

import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { touching, Touches } from "./atwork";

const lookMs = 500;

/**
 * Runs a task while a file names this process. Waits while it names another one that is at work, and tells the
 * task whether it did. Rejects if the signal says so meanwhile. One that is silent for `silentMs` is not at work.
 */
export async function alone(
  file: string,
  signal: AbortSignal | undefined,
  task: (waited: boolean) => Promise<void>,
  silentMs?: number,
): Promise<void> {
  const others = new Touches(file, silentMs);
  let waited = false;
  while (!(await taken(file))) {
    const other = Number(await readFile(file, "utf8").catch(() => ""));
    if (others.from(other)) {
      waited = true;
      await sleep(lookMs, undefined, signal === undefined ? {} : { signal });
    } else {
      await rm(file, { force: true });
    }
  }
  const end = touching(file, silentMs);
  try {
    await task(waited);
  } finally {
    end();
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
