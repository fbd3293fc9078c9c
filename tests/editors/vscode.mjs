// Drives real VS Code (code-server in a headless browser) with the packaged extension and a server:
// types into a Python file, waits for ghost text, takes a picture, accepts with Tab, saves, and
// compares the file on disk with what was shown. Exit status 0: all of it held; 1: it did not;
// 2: something that this needs is missing. Prints one JSON object about what happened.
//
//   tests/editors/install_vscode.sh
//   node tests/editors/vscode.mjs                                    with the stub server
//   node tests/editors/vscode.mjs --server .venv/bin/inkling         with the real one

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");

const { values: given } = parseArgs({
  options: {
    server: { type: "string", default: process.env.INKLING_SERVER ?? "" },
    vsix: { type: "string", default: path.join(root, "vscode-extension/inkling.vsix") },
    out: { type: "string", default: process.env.INKLING_ARTEFACTS ?? path.join(tmpdir(), "editors-artefacts") },
    name: { type: "string", default: "vscode" },
    file: { type: "string" },
    type: { type: "string", default: "def ad" },
    expect: { type: "string" },
    settings: { type: "string", default: "{}" },
    "typing-ms": { type: "string", default: "60" },
    "ready-s": { type: "string", default: "120" },
    "ghost-s": { type: "string", default: "60" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (given.help) {
  console.log(`usage: node tests/editors/vscode.mjs [options]
  --server WORDS     the command that runs Inkling, \`serve\` is added: words, or a JSON list
                     ($INKLING_SERVER; without it, the stub server)
  --vsix FILE        the extension (vscode-extension/inkling.vsix)
  --out FOLDER       where the pictures go ($INKLING_ARTEFACTS; /tmp/editors-artefacts)
  --name NAME        how their names begin (vscode)
  --file FILE        what the Python file holds before the typing; the cursor stands at its end
  --type TEXT        what is typed ("def ad")
  --expect TEXT      what must be inserted (with the stub: its answer; else: what was shown)
  --settings JSON    more settings, such as '{"inkling.budgetMs": 60}'
  --typing-ms N      between two keys (60)
  --ready-s N        for the server to be ready (120)
  --ghost-s N        for ghost text to show, retyping the last character until it does (60)`);
  process.exit(0);
}

class Missing extends Error {}

const cache =
  process.env.INKLING_EDITORS_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "inkling-editors");
const usesStub = given.server === "";
const stubAnswer = "d(a, b):\n    return a + b";
const expected = given.expect ?? (usesStub && given.type === "def ad" ? stubAnswer : undefined);
const before = given.file === undefined ? "" : readFileSync(given.file, "utf8");
const began = performance.now();
const report = { ok: false, server: usesStub ? "stub" : given.server };
const seconds = (since) => Math.round(performance.now() - since) / 1000;

function need(file, remedy) {
  if (!existsSync(file)) {
    throw new Missing(`${file} is missing: ${remedy}`);
  }
  return file;
}

// The editor has a home of its own; the server keeps the person's, where its model lies. What it writes
// to stderr goes to the editor and to a file: this code-server writes no log files of extensions.
function serverCommand(log) {
  const words = given.server.trimStart().startsWith("[")
    ? JSON.parse(given.server)
    : given.server.split(/\s+/).filter((word) => word !== "");
  const [program, ...args] = usesStub ? ["python3", path.join(here, "stub_server.py")] : words;
  const found = program.includes("/") ? need(path.resolve(program), "see --server") : program;
  const script = 'exec "$@" 2> >(exec tee -a "$0" >&2)';
  return ["bash", "-c", script, log, "env", `HOME=${homedir()}`, found, ...args];
}

function settings(log) {
  return {
    "inkling.command": serverCommand(log),
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
    "git.enabled": false,
    "remote.autoForwardPorts": false,
    "security.workspace.trust.enabled": false,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.commandCenter": false,
    "window.menuBarVisibility": "hidden",
    "workbench.activityBar.location": "hidden",
    "workbench.editor.editorActionsLocation": "hidden",
    "workbench.layoutControl.enabled": false,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    ...JSON.parse(given.settings),
  };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(what, limitS, probe) {
  const since = performance.now();
  for (;;) {
    const value = await probe();
    if (value) {
      return value;
    }
    if (performance.now() - since > limitS * 1000) {
      throw new Error(`waited ${limitS} s for ${what}`);
    }
    await sleep(50);
  }
}

class CodeServer {
  constructor(folder, serverLog) {
    this.folder = folder;
    this.project = path.join(folder, "project");
    this.file = path.join(this.project, "example.py");
    this.data = path.join(folder, "data");
    this.node = need(path.join(cache, "node/bin/node"), "run tests/editors/install_vscode.sh");
    const entry = "code-server/node_modules/code-server/out/node/entry.js";
    this.entry = need(path.join(cache, entry), "run tests/editors/install_vscode.sh");
    const home = path.join(folder, "home");
    const temporary = path.join(folder, "tmp"); // its sockets
    for (const made of [home, temporary, this.project, path.join(this.data, "User"), path.join(this.data, "Machine")]) {
      mkdirSync(made, { recursive: true });
    }
    writeFileSync(this.file, before);
    // The browser is one machine and code-server another: what is set for a machine stands with the
    // second, and would be dropped from the person's settings once the extension's scopes are known.
    const all = Object.entries(settings(serverLog));
    for (const [folder, mine] of [["User", false], ["Machine", true]]) {
      const some = all.filter(([name]) => name.startsWith("inkling.") === mine);
      writeFileSync(path.join(this.data, folder, "settings.json"), JSON.stringify(Object.fromEntries(some)));
    }
    const kept = Object.entries(process.env).filter(([name]) => !/^(XDG_|VSCODE_|PORT$|PASSWORD$)/.test(name));
    // No gallery: an extension comes from a file or not at all.
    const gallery = '{"serviceUrl":""}';
    this.env = { ...Object.fromEntries(kept), HOME: home, TMPDIR: temporary, EXTENSIONS_GALLERY: gallery };
    this.dirs = ["--user-data-dir", this.data, "--extensions-dir", path.join(folder, "extensions")];
    this.log = "";
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

  url() {
    const file = `vscode-remote://127.0.0.1:${this.port}${this.file}`;
    const payload = encodeURIComponent(JSON.stringify([["openFile", file]]));
    return `http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(this.project)}&payload=${payload}`;
  }

  async stop() {
    if (this.process?.pid === undefined) {
      return;
    }
    for (const signal of ["SIGTERM", "SIGKILL"]) {
      try {
        process.kill(-this.process.pid, signal);
      } catch {
        return; // nobody is left in the group
      }
      await sleep(1000);
    }
  }
}

// Ghost text as it is shown: what stands after the cursor, and the lines below it that are not blank.
function shownGhostText() {
  const join = (spans) => spans.map((span) => span.textContent.replaceAll("\u00a0", " ")).join("");
  const find = (selector) => [...document.querySelectorAll(`.monaco-editor ${selector}`)];
  const first = join(find(".view-lines .ghost-text-decoration"));
  const below = new Map();
  for (const span of find(".ghost-text:not(.ghost-text-decoration)")) {
    below.set(span.parentElement, [...(below.get(span.parentElement) ?? []), span]);
  }
  const lines = [first, ...[...below.values()].map(join).filter((line) => line.trim() !== "")];
  return lines.every((line) => line === "") ? null : lines;
}

// The text of the status bar's item, or the whole of what it says to a screen reader.
function statusText(whole) {
  const items = [...document.querySelectorAll(".statusbar-item")];
  const mine = items.find((item) => item.textContent.includes("Inkling:"));
  const label = mine?.querySelector("[aria-label]")?.getAttribute("aria-label");
  return (whole ? label : mine?.textContent.trim()) ?? null;
}

async function drive(page, code, picture) {
  await page.goto(code.url());
  await page.waitForSelector(".monaco-editor .view-lines", { timeout: 60_000 });
  report.editor_s = seconds(began);
  if (await page.isVisible(".part.sidebar")) {
    await page.keyboard.press("Control+b");
  }

  // A server that tells nothing of its state is taken as ready when it has run for a while.
  let silent = Infinity;
  const state = await until("the server to be ready", Number(given["ready-s"]), async () => {
    report.status = await page.evaluate(statusText);
    const said = report.status?.match(/Inkling: (.*)/)?.[1];
    silent = said === "running" ? Math.min(silent, performance.now()) : Infinity;
    const settled = ["ready", "failed", "not found", "no model"].includes(said);
    return settled || performance.now() - silent > 2000 ? said : null;
  });
  if (state !== "ready" && state !== "running") {
    throw new Error(`the server is not ready: ${report.status}`);
  }
  report.ready_s = seconds(began);

  await page.click(".monaco-editor .view-lines");
  await page.keyboard.press("Control+End");
  const typed = given.type;
  await page.keyboard.type(typed.slice(0, -1), { delay: Number(given["typing-ms"]) });
  report.tries = 0;
  const ghost = await until("ghost text", Number(given["ghost-s"]), async () => {
    if (report.tries > 0) {
      await page.keyboard.press("Backspace");
      await sleep(Number(given["typing-ms"]));
    }
    report.tries += 1;
    const key = performance.now();
    await page.keyboard.type(typed.slice(-1));
    const handle = await page.waitForFunction(shownGhostText, null, { timeout: 3000, polling: 5 }).catch(() => null);
    report.ghost_ms = Math.round(performance.now() - key);
    // The lines are not painted all at once.
    for (let shown = await handle?.jsonValue(); shown; ) {
      await sleep(200);
      const now = await page.evaluate(shownGhostText);
      if (JSON.stringify(now) === JSON.stringify(shown)) {
        return shown;
      }
      shown = now;
    }
    return null;
  });
  report.ghost = ghost.join("\n");

  report.picture = picture("ghost");
  await page.screenshot({ path: report.picture });
  report.status = await page.evaluate(statusText);
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.querySelector(".ghost-text-decoration, .ghost-text") === null, null, {
    timeout: 5000,
  }).catch(() => undefined); // a next suggestion may already stand there
  await page.keyboard.press("Control+s");

  const start = before + typed;
  const text = await until("the accepted text on disk", 15, () => {
    const now = readFileSync(code.file, "utf8");
    return now.length > start.length && now.startsWith(start) ? now : null;
  });
  report.inserted = text.slice(start.length);
  await page.screenshot({ path: picture("accepted") });
  if (expected !== undefined && report.inserted !== expected) {
    throw new Error(`inserted ${JSON.stringify(report.inserted)}, expected ${JSON.stringify(expected)}`);
  }
  const [first, ...below] = report.inserted.split("\n");
  const inserted = [first, ...below.filter((line) => line.trim() !== "")].join("\n");
  if (inserted !== report.ghost) {
    throw new Error(`inserted ${JSON.stringify(inserted)}, shown ${JSON.stringify(report.ghost)}`);
  }
}

async function main() {
  const playwright = need(path.join(cache, "playwright/node_modules"), "run tests/editors/install_vscode.sh");
  const { chromium } = createRequire(path.join(playwright, "x.js"))("playwright-core");
  const executablePath = need(process.env.CHROMIUM ?? "/usr/bin/chromium", "run tests/editors/install_vscode.sh");
  need(given.vsix, "build it: cd vscode-extension && npm ci && npm run package");
  mkdirSync(given.out, { recursive: true });
  const picture = (what) => path.join(given.out, `${given.name}-${what}.png`);

  const folder = mkdtempSync(path.join(tmpdir(), "inkling-vscode-"));
  const serverLog = path.join(path.resolve(given.out), `${given.name}-server.log`);
  writeFileSync(serverLog, "");
  let code;
  let browser;
  let page;
  try {
    code = new CodeServer(folder, serverLog);
    code.install(path.resolve(given.vsix));
    report.installed_s = seconds(began);
    await code.start();
    browser = await chromium.launch({
      executablePath,
      args: [
        ...["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        ...["--disable-component-update", "--disable-sync"],
      ],
    });
    report.chromium = browser.version();
    page = await browser.newPage({ viewport: { width: 900, height: 420 }, deviceScaleFactor: 2 });
    await drive(page, code, picture);
    report.ok = true;
  } catch (error) {
    if (page !== undefined) {
      report.picture = picture("failed");
      report.status = await page.evaluate(statusText, true).catch(() => null);
      await page.screenshot({ path: report.picture }).catch(() => undefined);
    }
    report.error = error.message;
    const said = (code?.log ?? "").split("\n").filter((line) => line.startsWith("["));
    report.log = `code-server:\n${said.join("\n")}\nserver:\n${readFileSync(serverLog, "utf8")}`;
    throw error;
  } finally {
    await browser?.close().catch(() => undefined);
    await code?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

let status = 0;
try {
  await main();
} catch (error) {
  status = error instanceof Missing ? 2 : 1;
  report.error ??= error.message;
}
report.total_s = seconds(began);
const { log, ...rest } = report;
console.log(JSON.stringify(rest, null, 2));
if (log && status === 1) {
  console.error(log);
}
process.exit(status);
