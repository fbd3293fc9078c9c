// Drives real VS Code (code-server in a headless browser) as a person does. Prints a line for each test
// with its outcome and its time, and writes all of them as JSON. Exit status 0: all passed; 1: some did
// not; 2: something that this needs is missing.
//
//   tests/editors/install_vscode.sh
//   node tests/editors/vscode.mjs [--editor new|old] [--only WORDS] [--out FOLDER] [--vsix FILE]

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { cases } from "./vscode/cases.mjs";
import { CodeServer, Missing, need, root } from "./vscode/code_server.mjs";
import { Editor, launchBrowser } from "./vscode/editor.mjs";
import { Script } from "./vscode/script.mjs";

const { values: given } = parseArgs({
  options: {
    editor: { type: "string", multiple: true, default: ["new", "old"] },
    only: { type: "string", default: "" },
    out: { type: "string", default: process.env.INKLING_ARTEFACTS ?? path.join(root, "artefacts/vscode") },
    vsix: { type: "string", default: path.join(root, "vscode-extension/inkling.vsix") },
  },
});

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

async function runAll(age, browser, results) {
  const wanted = Object.entries(cases).filter(([name]) => new RegExp(given.only).test(name));
  const scratch = mkdtempSync(path.join(tmpdir(), "inkling-script-"));
  const script = new Script(scratch);
  const code = new CodeServer(age, { "inkling.command": script.command });
  const pictures = (name) => path.join(given.out, `${code.version}-${name}.png`);
  let failed = 0;
  try {
    code.install(path.resolve(given.vsix));
    code.install(packageBeside(scratch));
    await code.start();
    const editor = await Editor.open(code, browser);
    await editor.statusShows("ready", 60);
    for (const [name, test] of wanted) {
      const began = performance.now();
      let error;
      script.says({});
      try {
        await test({ editor, script, code, pictures });
      } catch (caught) {
        error = caught.message;
        failed += 1;
        await editor.picture(pictures(`failed-${name.replaceAll(/\W+/g, "-")}`)).catch(() => undefined);
        copyFileSync(script.log, pictures(`failed-${name.replaceAll(/\W+/g, "-")}`).replace(/png$/, "jsonl"));
        // What it left open must not fail the next one.
        script.says({});
        code.resetSettings();
        await editor.load().catch(() => undefined);
        await editor.statusShows("ready", 60).catch(() => undefined);
      }
      const took = Math.round(performance.now() - began) / 1000;
      const outcome = error === undefined ? "passed" : "FAILED";
      results.push({ editor: code.version, test: name, outcome: outcome.toLowerCase(), seconds: took, ...(error && { error }) });
      console.log(`${outcome}  ${took.toFixed(1).padStart(5)} s  ${code.version}  ${name}${error ? `\n        ${error.replaceAll("\n", "\n        ")}` : ""}`);
    }
  } finally {
    await code.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
  return failed;
}

async function main() {
  need(given.vsix, "run make vsix");
  mkdirSync(given.out, { recursive: true });
  const results = [];
  const browser = await launchBrowser();
  let failed = 0;
  try {
    for (const age of given.editor) {
      failed += await runAll(age, browser, results);
    }
  } finally {
    await browser.close();
    writeFileSync(path.join(given.out, "results.json"), JSON.stringify(results, null, 2));
  }
  console.log(`${results.length - failed} of ${results.length} passed`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Missing ? error.message : error);
  process.exitCode = error instanceof Missing ? 2 : 1;
}
