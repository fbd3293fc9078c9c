// The pull that some window is at, told to all windows through a file. Knows nothing of VS Code.
//
// The file stays where its window went: then a pull is wanted that nobody is at.

import { readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { touching, Touches } from "./atwork";

export class SharedPull {
  readonly #file: string;
  readonly #beside: string;
  readonly #silentMs: number | undefined;
  readonly #others: Touches;
  /** Ends touching the file; undefined while this window is at no pull. */
  #leave: (() => void) | undefined;
  /** What is to be written: how far it is, or that it has ended; undefined once that is done. */
  #told: { readonly percent: number | undefined } | undefined;
  #writing: Promise<void> | undefined;

  /** A window that is silent for `silentMs` is not at work. */
  constructor(file: string, silentMs?: number) {
    this.#file = file;
    this.#silentMs = silentMs;
    this.#others = new Touches(file, silentMs);
    this.#beside = `${file}.${String(process.pid)}`;
  }

  /** Whether a pull is wanted, by this window or another one, that lives or not. */
  get isWanted(): boolean {
    return this.#read() !== undefined;
  }

  /** Whether a pull is wanted that nobody is at, since its window went. */
  get isLeft(): boolean {
    const pid = this.#read()?.pid;
    const isOurs = pid === process.pid && this.#leave !== undefined;
    return pid !== undefined && !isOurs && !this.#others.from(pid);
  }

  /** How far another window's pull is, in percent; undefined where none is at one. */
  get elsewhere(): number | undefined {
    const { pid, percent } = this.#read() ?? { pid: 0, percent: 0 };
    return this.#others.from(pid) ? percent : undefined;
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
    this.#leave ??= touching(this.#file, this.#silentMs);
    return this.#tell(percent);
  }

  /** This window goes: the next one may go on. */
  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  /** It is done, or no longer wanted. */
  end(): Promise<void> {
    this.leave();
    return this.#tell(undefined);
  }

  /**
   * Writes what was told last. What is told faster than it is written is passed over: the end must not wait for
   * it, since a window that is closed before that leaves a pull that is done.
   */
  #tell(percent: number | undefined): Promise<void> {
    this.#told = { percent };
    return (this.#writing ??= this.#write());
  }

  async #write(): Promise<void> {
    try {
      while (this.#told !== undefined) {
        const { percent } = this.#told;
        this.#told = undefined;
        if (percent === undefined) {
          await rm(this.#file, { force: true });
        } else {
          await mkdir(path.dirname(this.#file), { recursive: true });
          await writeFile(this.#beside, JSON.stringify({ pid: process.pid, percent }));
          await rename(this.#beside, this.#file);
        }
      }
    } finally {
      this.#writing = undefined;
    }
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
