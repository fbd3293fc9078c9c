// A fact that all windows share, and that outlives them: a file that is there or not. Knows nothing of VS Code.

import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

export class Marker {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  get isSet(): boolean {
    return existsSync(this.#file);
  }

  async set(): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true });
    await writeFile(this.#file, "");
  }

  async clear(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
