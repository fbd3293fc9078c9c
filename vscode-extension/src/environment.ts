// A Python environment of the extension's own, with the server from the wheel that the extension
// brings. Knows nothing of VS Code.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { alone } from "./alone";
import { run, type Watching } from "./run";

/** Written last: without it an environment counts as not made. */
const marker = "installed";
const prefix = "server-";

/** What the folder holds: the program to run, and whether it is the one this extension brings. */
export interface Installed {
  readonly program: string;
  readonly current: boolean;
}

export class Environment {
  readonly #storage: string;
  readonly #wheels: string;
  readonly #windows: boolean;

  /** `storage` is a folder of the extension's own, `wheels` the one where its wheel lies. */
  constructor(storage: string, wheels: string, windows: boolean) {
    this.#storage = storage;
    this.#wheels = wheels;
    this.#windows = windows;
  }

  /** The environment there is; one of an older extension serves until it is replaced. */
  async find(): Promise<Installed | undefined> {
    // A build without a wheel, as a developer may have it, installs nothing but uses what is there.
    const wanted = await this.#folder().catch(() => undefined);
    const made = await this.#made();
    const folder = made.find((one) => one === wanted) ?? made[0];
    return folder === undefined ? undefined : { program: this.#program(folder, "inkling"), current: folder === wanted };
  }

  /** Makes the environment; what it replaces is removed afterwards. Where another window is at it, that one's is used. */
  async install(python: string, watching: Watching): Promise<void> {
    await mkdir(this.#storage, { recursive: true });
    await alone(path.join(this.#storage, "installing"), watching.signal, async (waited) => {
      if (!waited || (await this.find())?.current !== true) {
        await this.#install(python, watching);
      }
    });
  }

  async #install(python: string, watching: Watching): Promise<void> {
    const folder = await this.#folder();
    await rm(folder, { recursive: true, force: true });
    try {
      // -I: neither the person's PYTHONPATH nor the current folder has a say. The index stays theirs.
      await succeed(python, ["-I", "-m", "venv", folder], watching);
      const pip = ["-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--prefer-binary"];
      await succeed(this.#program(folder, "python"), [...pip, await this.#wheel()], watching);
      await writeFile(path.join(folder, marker), "");
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    for (const other of await this.#made()) {
      if (other !== folder) {
        await rm(other, { recursive: true, force: true });
      }
    }
  }

  async #made(): Promise<string[]> {
    const names = await readdir(this.#storage).catch(() => []);
    return names
      .filter((name) => name.startsWith(prefix))
      .map((name) => path.join(this.#storage, name))
      .filter((folder) => existsSync(path.join(folder, marker)));
  }

  /** Named by the wheel's bytes: two builds of one version are two servers. */
  async #folder(): Promise<string> {
    const digest = createHash("sha256").update(await readFile(await this.#wheel()));
    return path.join(this.#storage, prefix + digest.digest("hex").slice(0, 12));
  }

  async #wheel(): Promise<string> {
    const wheel = (await readdir(this.#wheels).catch(() => [])).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) {
      throw new Error(`This build of the extension brings no server: ${this.#wheels} holds no wheel.`);
    }
    return path.join(this.#wheels, wheel);
  }

  #program(folder: string, name: string): string {
    return this.#windows ? path.join(folder, "Scripts", `${name}.exe`) : path.join(folder, "bin", name);
  }
}

async function succeed(program: string, args: readonly string[], watching: Watching): Promise<void> {
  const { status, stderr } = await run(program, args, watching);
  if (status !== 0) {
    const said = stderr.trim().split("\n").filter((line) => /error/i.test(line));
    throw new Error(said.at(-1) ?? `${path.basename(program)} ended with status ${String(status)}.`);
  }
}
