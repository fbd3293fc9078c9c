// Drives real VS Code (code-server in a headless browser) as a person does. Prints a line for each test
// with its outcome and its time, and writes all of them as JSON. Exit status 0: all passed; 1: some did
// not; 2: something that this needs is missing.
//
//   tests/editors/install_vscode.sh
//   node tests/editors/vscode.mjs [options]
//
//   --editor new|old     one of the two versions; both where left out (may be given twice)
//   --suite NAME         scripted: a server whose answers are known; real: .venv/bin/inkling and its
//                        model; newcomer: nothing but the extension, everything else comes from the
//                        package index, the model too. The first two where left out
//   --only REGEX         only tests whose names it fits
//   --vsix FILE          vscode-extension/inkling.vsix
//   --out FOLDER         for results.json and pictures: artefacts/vscode

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { cases } from "./vscode/cases.mjs";
import { CodeServer, Missing, need, root } from "./vscode/code_server.mjs";
import { Editor, launchBrowser } from "./vscode/editor.mjs";
import { newcomerCases, realCases } from "./vscode/real_cases.mjs";
import { Script } from "./vscode/script.mjs";

const { values: given } = parseArgs({
  options: {
    editor: { type: "string", multiple: true, default: ["new", "old"] },
    suite: { type: "string", multiple: true, default: ["scripted", "real"] },
    only: { type: "string", default: "" },
    out: { type: "string", default: process.env.INKLING_ARTEFACTS ?? path.join(root, "artefacts/vscode") },
    vsix: { type: "string", default: path.join(root, "vscode-extension/inkling.vsix") },
  },
});

/** The server's environment is a home of its own: the person's own model is named by its folder. */
function realCommand() {
  const program = need(path.join(root, ".venv/bin/inkling"), "run make model");
  return ["env", `HOME=${homedir()}`, program];
}

/** Neither server nor model; only where packages come from, and what was downloaded before, is the person's. */
function newcomerEnvironment(code) {
  const config = path.join(homedir(), ".config/pip/pip.conf");
  return {
    INKLING_CACHE: path.join(code.folder, "models"),
    PIP_CACHE_DIR: process.env.PIP_CACHE_DIR ?? path.join(homedir(), ".cache/pip"),
    ...(existsSync(config) ? { PIP_CONFIG_FILE: config } : {}),
  };
}

/** What each suite runs with: settings, environment, other extensions, the state to wait for, what follows each test. */
const suites = {
  scripted: {
    cases,
    settings: (script) => ({ "inkling.command": script.command }),
    extensions: (scratch) => [packageBeside(scratch)],
    state: "ready",
    // What is typed before the extension knows of the file asks nobody.
    opened: (script) => (file) =>
      script.hears("textDocument/didOpen", ({ params }) => params.textDocument.uri.endsWith(`/${path.basename(file)}`)),
    // The next test finds a server that says of itself what it says at first, and no message.
    settle: async (editor, script) => {
      const told = script.script.status !== undefined;
      script.says({});
      if (told) {
        await editor.restart();
      }
      if (await editor.hasNotification()) {
        await editor.dismissNotifications();
        await editor.noNotification();
      }
    },
  },
  real: {
    cases: realCases,
    // Who asks by a key is given time enough on a machine that is busy with other things.
    settings: () => ({ "inkling.command": realCommand(), "inkling.explicitBudgetMs": 14_000 }),
    state: "ready",
  },
  newcomer: { cases: newcomerCases, settings: () => ({}), environment: newcomerEnvironment, state: "not installed" },
};

/** The second extension of the tests, packaged with the tool that packages the first. */
function packageBeside(folder) {
  const vsix = path.join(folder, "beside.vsix");
  const vsce = need(path.join(root, "vscode-extension/node_modules/.bin/vsce"), "run make vsix");
  const words = ["package", "--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", vsix];
  const done = spawnSync(vsce, words, { cwd: path.join(root, "tests/editors/vscode/beside"), encoding: "utf8" });
  if (done.status !== 0) {
    throw new Error(`the second extension was not packaged:\n${done.stdout}${done.stderr}`);
  }
  return vsix;
}

/** A VS Code with the suite's extensions and settings, a browser and its window; `stop` ends all of it. */
async function startSuite(suite, age) {
  const scratch = mkdtempSync(path.join(tmpdir(), "inkling-script-"));
  const script = new Script(scratch);
  const code = new CodeServer(age, suite.settings(script));
  Object.assign(code.env, suite.environment?.(code));
  const browser = await launchBrowser();
  const stop = async () => {
    await browser.close();
    await code.stop();
    rmSync(scratch, { recursive: true, force: true });
  };
  try {
    code.install(path.resolve(given.vsix));
    for (const extension of suite.extensions?.(scratch) ?? []) {
      code.install(extension);
    }
    await code.start();
    const editor = await Editor.open(code, browser);
    await editor.statusShows(suite.state, 90);
    editor.opened = suite.opened?.(script) ?? editor.opened;
    return { editor, script, code, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function runSuite(suite, age, report) {
  const wanted = Object.entries(suite.cases).filter(([name]) => new RegExp(given.only).test(name));
  let running;
  try {
    for (const [name, test] of wanted) {
      running ??= await startSuite(suite, age);
      const { editor, script, code } = running;
      const pictures = (stem) => path.join(given.out, `${code.version}-${stem}.png`);
      const began = performance.now();
      let error;
      try {
        await test({ editor, script, code, pictures });
        await suite.settle?.(editor, script);
      } catch (caught) {
        error = caught.message.replaceAll(/\u001b\[\d+m/g, "");
        const picture = pictures(`failed-${name.replaceAll(/\W+/g, "-")}`);
        await editor.picture(picture).catch(() => undefined);
        if (existsSync(script.log)) {
          copyFileSync(script.log, picture.replace(/png$/, "jsonl"));
        }
        // Whatever it left, windows, pulls or settings, must not fail the next one: that gets all of it anew.
        await running.stop();
        running = undefined;
      }
      report({ editor: code.version, test: name, seconds: Math.round(performance.now() - began) / 1000, error });
    }
  } finally {
    await running?.stop();
  }
}

async function main() {
  need(given.vsix, "run make vsix");
  mkdirSync(given.out, { recursive: true });
  const results = [];
  const report = ({ error, ...rest }) => {
    const passed = error === undefined;
    results.push({ ...rest, outcome: passed ? "passed" : "failed", ...(passed ? {} : { error }) });
    console.log(`${passed ? "passed" : "FAILED"} ${rest.seconds.toFixed(1).padStart(6)} s  ${rest.editor}  ${rest.test}`);
    if (!passed) {
      console.log(error.replaceAll(/^/gm, "          "));
    }
  };
  try {
    for (const age of given.editor) {
      for (const name of given.suite) {
        await runSuite(suites[name], age, report);
      }
    }
  } finally {
    writeFileSync(path.join(given.out, "results.json"), JSON.stringify(results, null, 2));
  }
  const passed = results.filter(({ outcome }) => outcome === "passed").length;
  console.log(`${passed} of ${results.length} passed`);
  return passed === results.length && passed > 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Missing ? error.message : error);
  process.exitCode = error instanceof Missing ? 2 : 1;
}
