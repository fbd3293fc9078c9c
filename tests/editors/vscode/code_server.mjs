// One VS Code: code-server with folders of its own, the extension installed, and nothing of the person's.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const root = path.resolve(import.meta.dirname, "../../..");
const cache =
  process.env.INKLING_EDITORS_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "inkling-editors");

/** Something that the tests need is not on this machine. */
export class Missing extends Error {}

export function need(file, remedy) {
  if (!existsSync(file)) {
    throw new Missing(`${file} is missing: ${remedy}`);
  }
  return file;
}

export function inCache(name) {
  return need(path.join(cache, name), "run tests/editors/install_vscode.sh");
}

/** How long a busy machine may take for what is done at once on an idle one. */
export const patienceS = 30;

export async function until(what, limitS, probe) {
  const since = performance.now();
  for (;;) {
    const value = await probe();
    if (value) {
      return value;
    }
    if (performance.now() - since > limitS * 1000) {
      throw new Error(`waited ${limitS} s for ${what}`);
    }
    await sleep(25);
  }
}

/** Whether a process runs. */
export function isAlive(pid) {
  try {
    return process.kill(pid, 0) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

const quiet = {
  "breadcrumbs.enabled": false,
  "chat.disableAIFeatures": true,
  // What is typed shall stand in the file as it is.
  "editor.autoClosingBrackets": "never",
  "editor.autoClosingQuotes": "never",
  "editor.autoIndent": "none",
  "editor.trimAutoWhitespace": false,
  "editor.cursorBlinking": "solid",
  "editor.fontSize": 15,
  "editor.hideCursorInOverviewRuler": true,
  "editor.minimap.enabled": false,
  "editor.overviewRulerBorder": false,
  "editor.padding.top": 8,
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.scrollbar.vertical": "hidden",
  "editor.suggestOnTriggerCharacters": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "files.hotExit": "off",
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.commandCenter": false,
  "window.menuBarVisibility": "hidden",
  "workbench.activityBar.location": "hidden",
  "workbench.editor.editorActionsLocation": "hidden",
  "workbench.editor.useModal": "off",
  "workbench.layoutControl.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

// Keys for what has none of its own.
const keybindings = [
  { key: "f6", command: "editor.action.inlineSuggest.acceptNextLine", when: "inlineSuggestionVisible" },
  { key: "f7", command: "inkling.dismiss" },
];

export class CodeServer {
  /** `age`: "new" or "old". `settings`: of the person's and of Inkling's. */
  constructor(age, settings) {
    const suffix = age === "old" ? "-old" : "";
    this.node = inCache(`node${suffix}/bin/node`);
    const installed = inCache(`code-server${suffix}/node_modules/code-server`);
    this.entry = need(path.join(installed, "out/node/entry.js"), "run tests/editors/install_vscode.sh");
    this.version = JSON.parse(readFileSync(path.join(installed, "lib/vscode/package.json"), "utf8")).version;
    this.folder = mkdtempSync(path.join(tmpdir(), "inkling-vscode-"));
    this.project = path.join(this.folder, "project");
    this.data = path.join(this.folder, "data");
    this.home = path.join(this.folder, "home");
    const temporary = path.join(this.folder, "tmp"); // its sockets
    for (const made of [this.home, temporary, this.project, path.join(this.data, "User"), path.join(this.data, "Machine")]) {
      mkdirSync(made, { recursive: true });
    }
    this.settings = { ...quiet, ...settings };
    this.resetSettings();
    writeFileSync(path.join(this.data, "User/keybindings.json"), JSON.stringify(keybindings));
    const kept = Object.entries(process.env).filter(([name]) => !/^(XDG_|VSCODE_|PORT$|PASSWORD$)/.test(name));
    // A person's own `inkling` would be found before anything that is tested.
    const folders = process.env.PATH.split(":").filter((folder) => !existsSync(path.join(folder, "inkling")));
    this.env = {
      ...Object.fromEntries(kept),
      PATH: folders.join(":"),
      HOME: this.home,
      TMPDIR: temporary,
      EXTENSIONS_GALLERY: '{"serviceUrl":""}', // an extension comes from a file or not at all
    };
    this.dirs = ["--user-data-dir", this.data, "--extensions-dir", path.join(this.folder, "extensions")];
    this.log = "";
  }

  #settingsFile(where) {
    return path.join(this.data, where, "settings.json");
  }

  /** What a settings file holds now; "User" or "Machine". */
  saved(where = "User") {
    return JSON.parse(this.savedText(where));
  }

  savedText(where) {
    return readFileSync(this.#settingsFile(where), "utf8");
  }

  /** What a settings file would hold with these changes; undefined takes a setting away. */
  with(where, changes) {
    return JSON.parse(JSON.stringify({ ...this.saved(where), ...changes }));
  }

  /** Writes the settings as they were at first: a window that is loaded then sees them. */
  resetSettings() {
    // The browser is one machine and code-server another: what is set for a machine stands with the
    // second, and would be dropped from the person's settings once the extension's scopes are known.
    const ofMachine = new Set(["inkling.command", "inkling.model", "inkling.threads"]);
    for (const [where, mine] of [["User", false], ["Machine", true]]) {
      const some = Object.entries(this.settings).filter(([name]) => ofMachine.has(name) === mine);
      writeFileSync(this.#settingsFile(where), JSON.stringify(Object.fromEntries(some)));
    }
  }

  install(vsix) {
    const words = [this.entry, ...this.dirs, "--install-extension", vsix];
    const done = spawnSync(this.node, words, { env: this.env, encoding: "utf8", timeout: 120_000 });
    if (done.status !== 0) {
      throw new Error(`the extension was not installed:\n${done.stdout}${done.stderr}`);
    }
  }

  async start() {
    this.port = await freePort();
    const words = [
      ...["--bind-addr", `127.0.0.1:${this.port}`, "--auth", "none", "--disable-telemetry"],
      ...["--disable-update-check", "--disable-workspace-trust"],
    ];
    // A process group of its own, so that its end is the end of everything it started.
    this.process = spawn(this.node, [this.entry, ...this.dirs, ...words], { env: this.env, detached: true });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (data) => (this.log += data));
    }
    await until("code-server to listen", 60, () => {
      if (this.process.exitCode !== null) {
        throw new Error(`code-server ended:\n${this.log}`);
      }
      return this.log.includes("HTTP server listening");
    });
  }

  /** The address of a window with a file and its folder. */
  url(file) {
    const remote = `vscode-remote://127.0.0.1:${this.port}${file}`;
    const payload = encodeURIComponent(JSON.stringify([["openFile", remote]]));
    return `http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(path.dirname(file))}&payload=${payload}`;
  }

  async stop() {
    for (const signal of this.process?.pid === undefined ? [] : ["SIGTERM", "SIGKILL"]) {
      try {
        process.kill(-this.process.pid, signal);
      } catch {
        break; // nobody is left in the group
      }
      await sleep(1000);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
