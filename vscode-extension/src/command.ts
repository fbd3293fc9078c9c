// Finding the program that is Inkling. Knows nothing of VS Code.

import { accessSync, constants, statSync } from "node:fs";
import * as path from "node:path";

/** A program with the arguments that come before a subcommand such as `serve`. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Why there is no command. `installable`: nothing was named, so an environment of our own would do. */
export interface Missing {
  readonly problem: string;
  readonly installable: boolean;
}

/** What finding depends on, besides the setting. */
export interface Surroundings {
  readonly pathVariable: string;
  readonly home: string;
  readonly workspaceFolder: string | undefined;
  readonly windows: boolean;
  /** The program in the extension's own environment, where that was made. */
  readonly privateProgram: string | undefined;
  readonly isExecutable: (file: string) => boolean;
}

/** The setting's command, else the `inkling` on the PATH, else the one in the extension's own environment. */
export function findCommand(setting: unknown, around: Surroundings): Command | Missing {
  const words = asWords(setting);
  if (words === undefined) {
    return named("`inkling.command` must be a path, or a list of a program and its arguments.");
  }
  const [first, ...args] = words.map((word) => expand(word, around));
  if (first === undefined) {
    const program = locate("inkling", around) ?? around.privateProgram;
    return program === undefined
      ? { problem: "Inkling's server is not on this machine.", installable: true }
      : { program, args: [] };
  }
  const program = locate(first, around);
  if (program !== undefined) {
    return { program, args: args.filter((word) => word !== "serve") };
  }
  if (hasFolder(first) && !path.isAbsolute(first)) {
    return named(`\`inkling.command\` names ${first}: give the whole path, or a bare name that is on the PATH.`);
  }
  return named(`\`inkling.command\` names ${first}, which is not a program that can be run.`);
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

function named(problem: string): Missing {
  return { problem, installable: false };
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
  if (hasFolder(program)) {
    const names = around.windows ? [program, `${program}.exe`] : [program];
    return path.isAbsolute(program) ? names.find(around.isExecutable) : undefined;
  }
  return onPath(program, around);
}

/** Where a bare name lies. */
export function onPath(
  program: string,
  around: Pick<Surroundings, "pathVariable" | "home" | "windows" | "isExecutable">,
): string | undefined {
  const names = around.windows ? [program, `${program}.exe`] : [program];
  // A relative entry of the PATH would let an open folder choose what runs. The last folder is where
  // pipx and uv put programs; an editor started from a desktop may not have it on its PATH.
  const folders = around.pathVariable.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [...folders, path.join(around.home, ".local", "bin")]
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find(around.isExecutable);
}
