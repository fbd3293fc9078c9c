// Finding the program that serves completions. Knows nothing of VS Code.

import { accessSync, constants, statSync } from "node:fs";
import * as path from "node:path";

/** A program with its arguments, `serve` among them. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** What finding depends on, besides the setting. */
export interface Surroundings {
  readonly pathVariable: string;
  readonly home: string;
  readonly workspaceFolder: string | undefined;
  readonly windows: boolean;
  readonly isExecutable: (file: string) => boolean;
}

const howToInstall =
  "Install the server from a copy of Inkling's source with `pipx install .`, " +
  "or set `inkling.command` to the path of its program.";

/** The command to run, or a sentence for the person on why there is none. */
export function findCommand(setting: unknown, around: Surroundings): Command | string {
  const words = asWords(setting);
  if (words === undefined) {
    return "`inkling.command` must be a path, or a list of a program and its arguments.";
  }
  const [named, ...args] = words.map((word) => expand(word, around));
  const program = locate(named ?? "inkling", around);
  if (program !== undefined) {
    return { program, args: args.includes("serve") ? args : [...args, "serve"] };
  }
  if (named === undefined) {
    return `Found no \`inkling\` on the PATH. ${howToInstall}`;
  }
  if (hasFolder(named) && !path.isAbsolute(named)) {
    return `\`inkling.command\` names ${named}: give the whole path, or a bare name that is on the PATH.`;
  }
  return `\`inkling.command\` names ${named}, which is not a program that can be run. ${howToInstall}`;
}

/** Whether this is a file that may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function asWords(setting: unknown): string[] | undefined {
  const words: unknown = typeof setting === "string" ? [setting.trim()] : (setting ?? []);
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string")) {
    return undefined;
  }
  return words[0] === "" ? words.slice(1) : words;
}

function expand(word: string, around: Surroundings): string {
  const fromHome = /^~(?=$|[\\/])/.test(word) ? around.home + word.slice(1) : word;
  const folder = around.workspaceFolder;
  return folder === undefined ? fromHome : fromHome.replaceAll("${workspaceFolder}", folder);
}

function hasFolder(program: string): boolean {
  return program.includes("/") || program.includes(path.sep);
}

function locate(program: string, around: Surroundings): string | undefined {
  const names = around.windows ? [program, `${program}.exe`] : [program];
  if (hasFolder(program)) {
    return path.isAbsolute(program) ? names.find(around.isExecutable) : undefined;
  }
  // A relative entry of the PATH would let an open folder choose what runs. The last folder is where
  // pipx and uv put programs; an editor started from a desktop may not have it on its PATH.
  const folders = around.pathVariable.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [...folders, path.join(around.home, ".local", "bin")]
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find(around.isExecutable);
}
