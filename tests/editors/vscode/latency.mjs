// Measures in VS Code, with the real server: from a key to the ghost text that belongs to it, beside what
// the server says of the same requests; how long the extension takes to activate; how large it is.
// Prints JSON.
//
//   node tests/editors/vscode/latency.mjs [--editor new|old] [--keys 100] [--pause-ms 250]

import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { CodeServer, need, root } from "./code_server.mjs";
import { Editor, launchBrowser } from "./editor.mjs";

const { values: given } = parseArgs({
  options: {
    editor: { type: "string", default: "new" },
    keys: { type: "string", default: "100" },
    "pause-ms": { type: "string", default: "250" },
    vsix: { type: "string", default: path.join(root, "vscode-extension/inkling.vsix") },
  },
});

const before = `"""Shapes and what they measure."""

import math
from dataclasses import dataclass


@dataclass
class Circle:
    """A circle around the origin."""

    radius: float

    def area(self) -> float:
        """The area inside."""
        return math.pi * self.radius**2


`;
const typed = `@dataclass
class Rectangle:
    """A rectangle with its sides along the axes."""

    width: float
    height: float

    def area(self) -> float:
        """The area inside."""
        return self.width * self.height
`;

/** The p-th percentile, by nearest rank; null of nothing. */
function percentile(values, p) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.ceil((p / 100) * sorted.length) - 1] ?? null;
}

function summary(values) {
  const round = (value) => (value === null ? null : Math.round(value * 10) / 10);
  return { count: values.length, p50: round(percentile(values, 50)), p95: round(percentile(values, 95)) };
}

function counted(names) {
  const counts = {};
  for (const name of names) {
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Runs in the window: notes each key, and the first mutation after it that leaves ghost text drawn. */
function watch() {
  const keys = [];
  addEventListener(
    "keydown",
    (event) => keys.push({ at: event.timeStamp, before: window.inkling.ghost()?.join("\n") ?? null, ghostMs: null }),
    true,
  );
  const observer = new MutationObserver(() => {
    const last = keys.at(-1);
    if (last !== undefined && last.ghostMs === null) {
      const ghost = window.inkling.ghost()?.join("\n") ?? null;
      // The ghost text of before the key is not the key's: its own has another text.
      if (ghost !== null && ghost !== last.before) {
        last.ghostMs = performance.now() - last.at;
      }
    }
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  window.inkling.keys = keys;
}

/** Each `inkling/trace` in what the server wrote: messages, each behind a header with its length. */
function traces(log) {
  const written = readFileSync(log);
  const found = [];
  for (let at = 0; ; ) {
    const end = written.indexOf("\r\n\r\n", at);
    const length = Number(/Content-Length: (\d+)/i.exec(written.subarray(at, end).toString())?.[1]);
    if (end < 0 || end + 4 + length > written.length) {
      return found;
    }
    const message = JSON.parse(written.subarray(end + 4, end + 4 + length).toString());
    if (message.method === "inkling/trace") {
      found.push(message.params);
    }
    at = end + 4 + length;
  }
}

const folder = mkdtempSync(path.join(tmpdir(), "inkling-latency-"));
const log = path.join(folder, "server.out");
const program = need(path.join(root, ".venv/bin/inkling"), "run make model");
// What the server writes goes to the editor and to a file.
const command = ["bash", "-c", 'exec "$@" > >(exec tee -a "$0")', log, "env", `HOME=${homedir()}`, program];
const code = new CodeServer(given.editor, { "inkling.command": command, "inkling.trace": true });
const browser = await launchBrowser();
try {
  code.install(path.resolve(given.vsix));
  await code.start();
  const editor = await Editor.open(code, browser);
  await editor.statusShows("ready", 120);
  await editor.file(before);
  await sleep(5000); // the place is read ahead, as while a person looks at it
  const earlier = traces(log).length;
  await editor.page.evaluate(watch);
  for (const letter of typed.slice(0, Number(given.keys))) {
    await editor.page.keyboard.type(letter);
    await sleep(Number(given["pause-ms"]));
  }
  const keys = await editor.page.evaluate(() => window.inkling.keys);
  const told = traces(log).slice(earlier);
  const drawn = keys.filter(({ ghostMs }) => ghostMs !== null);
  await editor.page.setViewportSize({ width: 900, height: 3000 }); // a list draws only the rows in view
  await editor.run("Developer: Show Running Extensions");
  const row = editor.page.locator(".monaco-list-row", { hasText: /Inkling.*Activation: \d+/ }).first();
  const activation = /Activation: (\d+)/.exec(await row.textContent())[1];
  const result = {
    editor: code.version,
    keys: keys.length,
    keyToGhostTextMs: summary(drawn.map(({ ghostMs }) => ghostMs)),
    ofThoseThatHadNoneBefore: summary(drawn.filter(({ before }) => before === null).map(({ ghostMs }) => ghostMs)),
    serverMs: summary(told.filter(({ shown }) => shown).map(({ totalMs }) => totalMs)),
    reasons: counted(told.filter(({ shown }) => !shown).map(({ reason }) => reason)),
    activationMs: Number(activation),
    vsixBytes: statSync(given.vsix).size,
  };
  console.log(JSON.stringify(result, null, 2));
} finally {
  await browser.close();
  await code.stop();
  rmSync(folder, { recursive: true, force: true });
}
