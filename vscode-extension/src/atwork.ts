// Whether the process that a file names still does what the file is there for. Its number alone does not tell: it may
// be another's by now, or even this one's, after a machine or a container began anew. So who is at work touches the
// file all the while. Knows nothing of VS Code.

import { statSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { performance } from "node:perf_hooks";

/** A process that has not touched its file for so many milliseconds is not at work. */
const silentMs = 10_000;

/** Of that time, how often it is touched. */
const touches = 5;

/** Touches a file until what is returned is called. */
export function touching(file: string, ms = silentMs): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    void utimes(file, now, now).catch(() => undefined);
  }, ms / touches);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Looks whether others touch a file. */
export class Touches {
  readonly #file: string;
  readonly #silentMs: number;
  #last: number | undefined;
  #looked = 0;
  #silence = 0;

  constructor(file: string, ms = silentMs) {
    this.#file = file;
    this.#silentMs = ms;
  }

  /** Whether another process, of this number, is at work: to be asked again and again. */
  from(pid: number): boolean {
    const touched = statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs;
    const now = performance.now();
    // After the machine has slept, a process needs a moment to touch it again.
    const passed = Math.min(now - this.#looked, this.#silentMs / touches);
    this.#silence = touched === this.#last ? this.#silence + passed : 0;
    this.#last = touched;
    this.#looked = now;
    return pid !== process.pid && isAlive(pid) && this.#silence < this.#silentMs;
  }
}

/** Whether a process of this number runs. */
function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
