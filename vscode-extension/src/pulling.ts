// The pull that some window is at, told to all windows through a file. Knows nothing of VS Code.
//
// The file stays where its window went: then a pull is wanted that nobody is at.

import { readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { isAlive } from "./alone";

export class SharedPull {
  readonly #file: string;
  readonly #beside: string;
  #last = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
    this.#beside = `${file}.${String(process.pid)}`;
  }

  /** Whether a pull is wanted, by this window or another one, that lives or not. */
  get isWanted(): boolean {
    return this.#read() !== undefined;
  }

  /** Whether a pull is wanted that nobody is at, since its window went. */
  get isLeft(): boolean {
    const pid = this.#read()?.pid;
    return pid !== undefined && pid !== process.pid && !isAlive(pid);
  }

  /** How far another window's pull is, in percent; undefined where none is at one. */
  get elsewhere(): number | undefined {
    const { pid, percent } = this.#read() ?? { pid: 0, percent: 0 };
    return pid !== process.pid && isAlive(pid) ? percent : undefined;
  }

  /** Whether a pull that was left is this window's to do: of several that look, one gets it. */
  async take(): Promise<boolean> {
    if (!this.isLeft) {
      return false;
    }
    try {
      await rename(this.#file, this.#beside);
      return true;
    } catch {
      return false;
    }
  }

  /** This window pulls, and is so far. */
  reached(percent: number): Promise<void> {
    return this.#next(async () => {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await writeFile(this.#beside, JSON.stringify({ pid: process.pid, percent }));
      await rename(this.#beside, this.#file);
    });
  }

  /** It is done, or no longer wanted. */
  end(): Promise<void> {
    return this.#next(() => rm(this.#file, { force: true }));
  }

  /** In the order in which it was told. */
  #next(write: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(write, write);
    return this.#last;
  }

  #read(): { pid: number; percent: number } | undefined {
    try {
      const { pid, percent } = JSON.parse(readFileSync(this.#file, "utf8")) as Record<string, unknown>;
      return { pid: Number(pid), percent: Number(percent) };
    } catch {
      return undefined;
    }
  }
}
