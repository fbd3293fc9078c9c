// What a person does with Inkling in VS Code, each a test of its own. The server is scripted.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, patienceS, until } from "./code_server.mjs";

const FUNCTION = ["def ad$", "d(a, b):\n    return a + b"];

/** What one model says at once, and a deeper one then, line by line. */
const QUICK = "d(a, b):";
const SUM = `${QUICK}\n    total = a + b`;
const WHOLE = `${SUM}\n    return total`;

function deep(state) {
  return { state, model: "deeper", reason: null, bytes: 3.3e9, host: null };
}

/** An older editor, which was asked by a key, draws what has grown from nothing, and forgets what was chosen. */
function isOld(code) {
  return code.version === "1.100.3";
}

/** What was drawn, each once; of what an older editor draws piece by piece only the whole. */
function drawnIn(frames, code) {
  const drawn = frames.map(({ ghost }) => ghost?.join("\n"));
  return [...new Set(isOld(code) ? drawn.filter((ghost) => ghost?.startsWith(QUICK)) : drawn)];
}

/** Who asks by a key hears what the deeper model says, but for what is held. */
function deeper(script, held, more) {
  const said = (name, text) => ({ items: [text, QUICK], by: ["deeper"], held: held.includes(name) });
  const whole = { ...said("whole", WHOLE), told: { deep: deep("ready") } };
  const grown = { ...said("sum", SUM), grown: whole };
  script.answers(
    ["^def ad$", QUICK, { byKey: true, told: { deep: deep("writing") }, grown }],
    ...(more?.byKey ? [] : [["^def ad$", QUICK]]),
  );
}

/** A test's name and what it does with `{ editor, script, code, pictures }`. */
export const cases = {
  async "Tab takes the ghost text, and the disk has it"({ editor, script }) {
    script.answers(FUNCTION);
    const file = await editor.file();
    await editor.type("def ad");
    await editor.ghostText("d(a, b):\n    return a + b");
    await editor.press("Tab");
    await editor.noGhost();
    await editor.save(file, "def add(a, b):\n    return a + b");
    await script.hears("workspace/executeCommand", ({ params }) => params.command === "inkling.accepted");
  },

  async "typing through ghost text does not flicker"({ editor, script }) {
    const whole = "total = sum(values)";
    const answers = [];
    for (let typed = 5; typed < whole.length; typed += 1) {
      const before = whole.slice(0, typed).replace(/[()]/g, "\\$&");
      answers.push([`^${before}$`, whole.slice(typed), { afterMs: 60 }]);
    }
    script.answers(...answers);
    const file = await editor.file();
    await editor.type("total");
    await editor.ghostText(" = sum(values)");
    const stop = await editor.record();
    for (const key of " = sum(val") {
      const before = await editor.frames();
      await editor.type(key, 80);
      await until("the key to be drawn", patienceS, async () => (await editor.frames()) > before + 1);
    }
    const frames = await stop();
    // The line is the same in every frame: what was typed and what is still grey make it up.
    const others = frames.filter(({ lines }) => lines[0] !== whole).map(({ lines }) => lines[0]);
    assert.deepEqual(others, []);
    assert(frames.length > 20, `only ${frames.length} frames were drawn`);
    await editor.press("Tab");
    await editor.save(file, whole);
  },

  async "an answer for an older text is never drawn"({ editor, script }) {
    const answers = (more) => script.answers(["^late $", "STALE", { ...more, ignoreCancel: true }], ["^late x$", "FRESH"]);
    answers({ held: true });
    await editor.file();
    const asked = script.heard("textDocument/inlineCompletion").length;
    const stop = await editor.record();
    await editor.type("late ");
    await script.hears("textDocument/inlineCompletion", ({ params }) => params.position.character === 5, { after: asked });
    await editor.type("x");
    await editor.ghostText("FRESH");
    answers({});
    await sleep(600); // the old answer goes out meanwhile
    const frames = await stop();
    const drawn = new Set(frames.map(({ ghost }) => ghost?.join("\n")));
    assert(drawn.has("FRESH"));
    assert(!drawn.has("STALE"), "the stale answer was drawn");
  },

  async "ghost text of several lines"({ editor, script, pictures }) {
    const rest = "(numbers):\n    total = 0\n    for number in numbers:\n        total += number\n    return total";
    script.answers(["def add_all$", rest]);
    const file = await editor.file("import math\n\n\n");
    await editor.type("def add_all");
    await editor.ghostText(rest);
    await editor.picture(pictures("multi-line"));
    await editor.press("Tab");
    await editor.save(file, `import math\n\n\ndef add_all${rest}`);
  },

  async "a file with CRLF keeps its line ends"({ editor, script }) {
    script.answers(FUNCTION);
    const file = await editor.file("import math\r\n\r\n");
    await editor.type("def ad");
    await editor.ghostText("d(a, b):\n    return a + b");
    await editor.press("Tab");
    await editor.save(file, "import math\r\n\r\ndef add(a, b):\r\n    return a + b");
  },

  async "a file indented with tabs"({ editor, script }) {
    script.answers(["^\\tif x:$", "\n\t\treturn x\n\treturn 0"]);
    const file = await editor.file("def first(x):\n\tx += 1\n\tif x:");
    await editor.press("Backspace");
    await editor.type(":");
    await editor.ghostText();
    await editor.press("Tab");
    await editor.save(file, "def first(x):\n\tx += 1\n\tif x:\n\t\treturn x\n\treturn 0");
  },

  async "characters beyond the basic plane before the cursor"({ editor, script }) {
    const units = 'smile = "🙂🙂" + na'.length; // UTF-16, as positions count
    script.answers(['^smile = "🙂🙂" \\+ na$', "na_of_it", { range: [units - 2, units] }]);
    const file = await editor.file('smile = "🙂🙂" + ');
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.type("na");
    await editor.ghostText("_of_it");
    await editor.press("Tab");
    await editor.save(file, 'smile = "🙂🙂" + na_of_it');
    const { params } = await script.hears("textDocument/inlineCompletion", ({ params }) => params.position.character === units, { after: asked });
    assert.equal(params.position.line, 0);
  },

  async "one undo takes back what was accepted, and no more"({ editor, script }) {
    script.answers(FUNCTION);
    const file = await editor.file("x = 1\n");
    await editor.type("def ad");
    await editor.ghostText();
    await editor.press("Tab");
    await editor.save(file, "x = 1\ndef add(a, b):\n    return a + b");
    await editor.press("Control+z");
    await editor.save(file, "x = 1\ndef ad");
  },

  async "two editor groups on one file"({ editor, script }) {
    script.answers(["^left$", "_hand"], ["^right$", "_hand"]);
    const file = await editor.file();
    await editor.run("View: Split Editor");
    await editor.focus("", { group: 2 });
    await editor.typeUntilGhost("right", "_hand"); // an editor asks nobody until it has found time to load that part of it
    const drawn = await editor.page.locator(".ghost-text-decoration").count();
    assert.equal(drawn, 1, "only the group with the cursor shows it");
    await editor.press("Tab");
    await editor.focusGroup(1);
    await editor.press("Control+Home");
    await editor.type("left");
    await editor.press("Enter");
    await editor.press("ArrowUp");
    await editor.press("End");
    await editor.press("Backspace");
    await editor.type("t");
    await editor.ghostText("_hand");
    await editor.press("Tab");
    await editor.save(file, "left_hand\nright_hand");
    await editor.run("View: Single Column Editor Layout");
  },

  async "a file renamed while a request runs"({ editor, script }) {
    script.answers(["^slow $", "STALE", { held: true, ignoreCancel: true }], FUNCTION);
    const file = await editor.file("", { name: "before_renaming.py" });
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.type("slow ");
    await script.hears("textDocument/inlineCompletion", ({ params }) => params.position.character === 5, { after: asked });
    await editor.press("Control+s");
    await editor.run("File: Reveal Active File in Explorer View");
    await editor.page.waitForSelector('.explorer-folders-view .monaco-list-row.focused:has-text("before_renaming.py")');
    await editor.press("F2");
    await editor.page.waitForSelector(".explorer-folders-view input:focus");
    await editor.press("Control+a");
    await editor.page.keyboard.insertText("after_renaming.py");
    await editor.press("Enter");
    await script.hears("textDocument/didOpen", ({ params }) => params.textDocument.uri.endsWith("after_renaming.py"));
    script.answers(["^slow $", "STALE", { ignoreCancel: true }], FUNCTION); // it goes out
    await editor.closeSideBar();
    await editor.press("Control+1");
    await editor.focus("after_renaming.py");
    await editor.press("Control+End");
    await editor.press("Enter");
    await editor.type("def ad");
    await editor.ghostText("d(a, b):\n    return a + b");
    await editor.press("Tab");
    await editor.save(file.replace("before", "after"), "slow \ndef add(a, b):\n    return a + b");
  },

  async "a file closed while a request runs"({ editor, script }) {
    script.answers(["^slow $", "STALE", { held: true, ignoreCancel: true }], FUNCTION);
    const file = await editor.file();
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.type("slow ");
    await script.hears("textDocument/inlineCompletion", ({ params }) => params.position.character === 5, { after: asked });
    await editor.run("View: Revert and Close Editor");
    await script.hears("textDocument/didClose", ({ params }) => params.textDocument.uri.endsWith(`/${path.basename(file)}`));
    const next = await editor.file();
    const stop = await editor.record();
    await editor.type("def ad");
    await editor.ghostText("d(a, b):\n    return a + b");
    script.answers(["^slow $", "STALE", { ignoreCancel: true }], FUNCTION);
    await sleep(600); // the old answer goes out meanwhile
    const frames = await stop();
    assert(!frames.some(({ ghost }) => ghost?.join("").includes("STALE")));
    await editor.press("Tab");
    await editor.save(next, "def add(a, b):\n    return a + b");
  },

  async "a file of 20,000 lines"({ editor, script }) {
    const lines = Array.from({ length: 20_000 }, (_, number) => `value_${number} = ${number}`);
    script.answers(FUNCTION);
    const text = `${lines.join("\n")}\n`;
    const file = await editor.file(text);
    await editor.type("def ad");
    await editor.ghostText("d(a, b):\n    return a + b");
    await editor.press("Tab");
    await editor.save(file, `${text}def add(a, b):\n    return a + b`);
  },

  async "a new file that was never saved"({ editor, script }) {
    script.answers(FUNCTION);
    await editor.run("File: New Untitled Text File");
    await editor.page.waitForSelector('.editor-group-container.active .tab.active:has-text("Untitled-")');
    await editor.focus();
    await editor.run("Change Language Mode");
    await editor.page.waitForSelector(".quick-input-list .monaco-list-row");
    await editor.page.keyboard.insertText("python");
    await editor.page.waitForSelector('.quick-input-list .monaco-list-row.focused:has-text("Python")');
    await editor.press("Enter");
    await script.hears("textDocument/didOpen", ({ params }) => params.textDocument.uri.startsWith("untitled:"));
    await editor.focus();
    await editor.type("def ad");
    await editor.ghostText("d(a, b):\n    return a + b");
    await editor.press("Tab");
    await editor.noGhost();
    await editor.linesShow("those of the function", (lines) => lines.join("\n") === "def add(a, b):\n    return a + b");
    await editor.run("View: Revert and Close Editor");
  },

  async "the server is killed while ghost text is shown"({ editor, script }) {
    script.answers(FUNCTION, ["^x = $", "1"]);
    const file = await editor.file("# before\n");
    await editor.type("def ad");
    await editor.ghostText();
    await editor.statusTurns("ready", () => process.kill(script.pid, "SIGKILL"));
    await editor.press("End");
    await editor.press("Backspace");
    await editor.type("d");
    await editor.ghostText("d(a, b):\n    return a + b");
    await editor.press("Tab");
    await editor.save(file, "# before\ndef add(a, b):\n    return a + b");
    assert(!(await editor.hasNotification()), "nobody was troubled");
  },

  async "accepting what a server that has just died had suggested"({ editor, script }) {
    script.answers(FUNCTION);
    const file = await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    await editor.statusTurns("ready", async () => {
      process.kill(script.pid, "SIGKILL");
      await editor.press("Tab");
      await editor.save(file, "def add(a, b):\n    return a + b");
    });
    assert(!(await editor.hasNotification()), "nobody was troubled");
  },

  async "a server that ends at once is started again, later each time"({ editor, script }) {
    script.says({ dieOnStart: true });
    const said = await editor.follow();
    await editor.run("Inkling: Restart Server");
    await editor.statusShowed("restarting", said);
    script.says({ answers: [{ line: "def ad$", items: ["d()"] }] });
    await editor.statusShows("ready");
    assert(!(await editor.hasNotification()), "nobody was troubled");
    await editor.file();
    await editor.type("def ad");
    await editor.ghostText("d()");
  },

  async "a word and a line of it, and the server hears of both"({ editor, script }) {
    script.answers(["^def ad$", "d(a, b):\n    total = a + b\n    return total"]);
    const told = script.heard("inkling/feedback").length;
    const file = await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    script.says({}); // what is left must be the rest of the same suggestion
    const hears = (characters) =>
      script.hears(
        "inkling/feedback",
        ({ params }) => params.event === "partlyAccepted" && params.characters === characters,
        { after: told },
      );
    await editor.press("F6");
    const line = "d(a, b):".length;
    await Promise.any([hears(line), hears(line + 1)]); // an editor may take the line's end along
    await editor.press("Control+z");
    await editor.linesShow("taken back", ([first]) => first === "def ad");
    script.answers(["^word = so$", "rted(values)"]);
    await editor.press("End");
    await editor.press("Enter");
    await editor.type("word = so");
    await editor.ghostText("rted(values)");
    await editor.press("Control+ArrowRight");
    await hears(4);
    await editor.save(file, "def ad\nword = sorted");
  },

  async "an answer that was cut off grows where it stands"({ editor, script }) {
    const answers = (more) => script.answers(["^total = $", "sum", { grown: { items: ["sum(values)"], ...more } }]);
    answers({ held: true });
    const file = await editor.file();
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.type("total = ");
    await editor.ghostText("sum");
    const stop = await editor.record();
    answers({});
    await editor.ghostText("sum(values)");
    await sleep(300); // whatever is drawn after it
    const drawn = new Set((await stop()).map(({ ghost }) => ghost?.join("\n")));
    assert.deepEqual([...drawn], ["sum", "sum(values)"], "nothing else was drawn between them");
    const kinds = script.heard("textDocument/inlineCompletion").slice(asked).map(({ params }) => params.context.triggerKind);
    assert(kinds.every((kind) => kind === 2), "nobody asked by a key");
    await editor.press("Tab");
    await editor.save(file, "total = sum(values)");
  },

  async "what a deeper model says takes the place of the first answer as it grows"({ editor, script, code, pictures }) {
    script.says({ status: { deep: deep("asleep") } });
    await editor.restart();
    assert.match(await editor.tooltip(), /Deep model: deeper \(asleep\)\s+Loaded when you ask by a key, it takes about 3\.3 GB/);
    deeper(script, ["sum", "whole"]);
    const file = await editor.file();
    await editor.type("def ad");
    await editor.ghostText(QUICK); // it came by itself
    const asked = script.heard("textDocument/inlineCompletion").length;
    const stop = await editor.record();
    await editor.press("Alt+\\");
    await editor.statusShows("deeper is writing");
    deeper(script, ["whole"]);
    await editor.ghostText(SUM);
    await editor.picture(pictures("deep"));
    deeper(script, []);
    await editor.ghostText(WHOLE);
    await editor.statusShows("ready · deeper");
    await sleep(300); // whatever is drawn after it
    assert.deepEqual(drawnIn(await stop(), code), [QUICK, SUM, WHOLE], "nothing else was drawn between them");
    const kinds = script.heard("textDocument/inlineCompletion").slice(asked).map(({ params }) => params.context.triggerKind);
    assert.deepEqual(kinds, [1, 1, 1], "asked by a key, and so again");
    await editor.press("Alt+]");
    await editor.ghostText(QUICK);
    await editor.press("Alt+[");
    await editor.ghostText(WHOLE);
    await editor.press("Tab");
    await editor.save(file, `def ad${WHOLE}`);
  },

  async "whoever has chosen keeps what they look at while the deeper model writes"({ editor, script, code }) {
    script.says({ status: { deep: deep("asleep") } });
    await editor.restart();
    deeper(script, ["whole"], { byKey: true });
    const file = await editor.file();
    await editor.type("def ad");
    await editor.press("Alt+\\");
    await editor.ghostText(SUM);
    await editor.press("Alt+]");
    await editor.ghostText(QUICK);
    const stop = await editor.record();
    const asked = script.heard("textDocument/inlineCompletion").length;
    deeper(script, [], { byKey: true });
    await script.hears("textDocument/inlineCompletion", undefined, { after: asked });
    await editor.statusShows("ready · deeper");
    await sleep(300); // whatever is drawn after it
    assert.deepEqual(drawnIn(await stop(), code), isOld(code) ? [QUICK, WHOLE] : [QUICK]);
    if (!isOld(code)) {
      await editor.press("Alt+[");
    }
    await editor.ghostText(WHOLE);
    await editor.press("Tab");
    await editor.save(file, `def ad${WHOLE}`);
  },

  async "Escape stops the deeper model, and what was on its way is not drawn"({ editor, script }) {
    script.says({ status: { deep: deep("writing") } });
    await editor.restart();
    deeper(script, ["sum"], { byKey: true });
    await editor.file();
    const left = script.heard("inkling/didLeave").length;
    await editor.type("def ad");
    await editor.press("Alt+\\");
    await editor.ghostText(QUICK);
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.press("Escape");
    await editor.noGhost();
    await script.hears("inkling/didLeave", undefined, { after: left });
    deeper(script, [], { byKey: true });
    await sleep(600); // time in which it would have been asked for and drawn
    assert.equal(script.heard("textDocument/inlineCompletion").length, asked);
    assert.equal(await editor.ghost(), null);
  },

  async "Escape stops a deeper model that has said nothing yet, and is Escape again at once"({ editor, script }) {
    script.says({ status: { deep: deep("loading") }, answers: [{ line: "done $", items: ["it"], told: { deep: deep("ready") } }] });
    await editor.restart();
    await editor.statusShows("deeper is loading");
    await editor.file();
    const left = script.heard("inkling/didLeave").length;
    const asks = async (triggerKind, press) => {
      const after = script.heard("textDocument/inlineCompletion").length;
      await press();
      await script.hears("textDocument/inlineCompletion", ({ params }) => params.context.triggerKind === triggerKind, { after });
      await sleep(300); // time in which the editor hears of it too
    };
    const leavesOnce = async () => {
      await editor.press("Escape");
      await sleep(300); // time in which the server would have heard of it
      assert.equal(script.heard("inkling/didLeave").length, left + 1);
    };
    await asks(1, () => editor.press("Alt+\\"));
    await editor.press("Escape");
    await script.hears("inkling/didLeave", undefined, { after: left });
    await leavesOnce(); // though the model goes on loading
    await asks(2, () => editor.type("a")); // the editor does not ask twice at a place
    await asks(1, () => editor.press("Alt+\\"));
    await asks(2, () => editor.type("b"));
    await leavesOnce(); // who typed on has left
    await editor.type(" done ");
    await editor.ghostText("it");
    await editor.statusShows("Inkling: ready");
    await leavesOnce();
    await editor.noGhost();
  },

  async "alternatives come when asked for, and can be cycled"({ editor, script }) {
    script.answers(["^pick $", ["one", "two", "three"]]);
    const file = await editor.file();
    await editor.type("pick ");
    await editor.ghostText("one");
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.press("Alt+]");
    await script.hears("textDocument/inlineCompletion", ({ params }) => params.context.triggerKind === 1, { after: asked });
    await editor.ghostText("two");
    await editor.press("Alt+]");
    await editor.ghostText("three");
    await editor.press("Alt+[");
    await editor.ghostText("two");
    await editor.press("Tab");
    await editor.save(file, "pick two");
  },

  async "asked for by a key, where none came by itself"({ editor, script }) {
    script.answers(["^pick $", ["one", "two"]]);
    const file = await editor.file("pick ");
    const asked = script.heard("textDocument/inlineCompletion").length;
    assert.equal(await editor.ghost(), null);
    await editor.press("Alt+\\");
    await editor.ghostText("one");
    const { params } = await script.hears("textDocument/inlineCompletion", undefined, { after: asked });
    assert.equal(params.context.triggerKind, 1, "the first that was asked");
    await editor.press("Tab");
    await editor.save(file, "pick one");
  },

  async "another provider of inline suggestions at work"({ editor, script }) {
    script.answers(["^(both|ours) $", "from inkling"]);
    const file = await editor.file();
    await editor.type("ours ");
    await editor.ghostText("from inkling");
    await editor.press("Tab");
    await editor.press("Enter");
    await editor.type("alone ");
    await editor.ghostText("from beside");
    await editor.press("Tab");
    await editor.press("Enter");
    await editor.type("both ");
    const first = await editor.ghostText();
    await editor.press("Alt+]");
    const other = { "from inkling": "from beside", "from beside": "from inkling" }[first];
    await editor.ghostText(other);
    await editor.press("Alt+[");
    await editor.ghostText(first);
    await editor.press("Tab");
    await editor.save(file, `ours from inkling\nalone from beside\nboth ${first}`);
  },

  async "the list of suggestions is open"({ editor, script }) {
    script.answers(["^print\\(ze$", "zebra_of_everything + 1", { range: [6, 8] }]);
    await editor.file("zebra_of_everything = 1\nprint(z");
    await editor.type("e");
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.press("Control+Space");
    await editor.page.waitForSelector('.suggest-widget.visible .monaco-list-row.focused:has-text("zebra_of_everything")');
    const { params } = await script.hears(
      "textDocument/inlineCompletion",
      ({ params }) => params.context.selectedCompletionInfo != null,
      { after: asked },
    );
    assert.equal(params.context.selectedCompletionInfo.text, "zebra_of_everything");
    await until("ghost text beside the list", patienceS, async () => (await editor.ghost())?.[0].endsWith("+ 1"));
    await editor.press("Escape");
  },

  async "Inkling: Dismiss Suggestion tells the server"({ editor, script }) {
    script.answers(FUNCTION);
    const told = script.heard("inkling/feedback").length;
    await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    await editor.press("F7");
    await editor.noGhost();
    const { params } = await script.hears("inkling/feedback", ({ params }) => params.event === "dismissed", { after: told });
    const shown = script.heard("inkling/feedback").slice(told).filter((one) => one.params.event === "shown");
    assert(shown.some((one) => one.params.item === params.item));
  },

  async "off and on again, without a restart"({ editor, script, code }) {
    script.answers(FUNCTION);
    const { pid } = script;
    const told = script.heard("workspace/didChangeConfiguration").length;
    await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    await editor.run("Inkling: Turn Suggestions On or Off");
    await editor.statusShows("Inkling: off");
    await editor.noGhost();
    assert.equal(code.saved()["inkling.enabled"], false);
    await script.hears("workspace/didChangeConfiguration", ({ params }) => params.settings.inkling.enabled === false, { after: told });
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.focus();
    await editor.press("Backspace");
    await editor.type("d");
    await sleep(500); // time in which ghost text would have come
    assert.equal(await editor.ghost(), null);
    assert.equal(script.heard("textDocument/inlineCompletion").length, asked);
    await editor.run("Inkling: Turn Suggestions On or Off");
    await editor.statusShows("Inkling: ready");
    await editor.focus();
    await editor.press("Backspace");
    await editor.type("d");
    await editor.ghostText();
    assert.equal(script.pid, pid);
  },

  async "files of any language"({ editor, script }) {
    script.answers(["answer $", "42"]);
    for (const [name, language] of [
      ["App.tsx", "typescriptreact"],
      ["main.go", "go"],
      ["notes.md", "markdown"],
      ["ci.yaml", "yaml"],
      ["what.unheard_of", "plaintext"],
    ]) {
      const file = await editor.file("", { name });
      await editor.type("answer ");
      await editor.ghostText("42");
      await editor.press("Tab");
      await editor.save(file, "answer 42");
      const opened = script.heard("textDocument/didOpen").map(({ params }) => params.textDocument);
      assert.equal(opened.findLast(({ uri }) => uri.endsWith(`/${name}`)).languageId, language);
    }
  },

  async "a commit message, output and a read-only file are left alone"({ editor, script }) {
    script.answers(["", "NO"]);
    const file = await editor.file("x = 1\n", { name: "written.py" });
    await editor.run("File: Set Active Editor Read-only in Session");
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.type("answer ");
    mkdirSync(path.join(path.dirname(file), "commit"), { recursive: true });
    const message = path.join(path.dirname(file), "commit/COMMIT_EDITMSG");
    writeFileSync(message, "");
    await editor.goTo(message);
    await editor.statusShows("not for commits");
    await editor.type("Say it ");
    await editor.run("Inkling: Show Log");
    await editor.page.waitForSelector(".part.panel .monaco-editor");
    await editor.statusShows("not for");
    await sleep(500); // time in which a request would have come
    assert.equal(script.heard("textDocument/inlineCompletion").length, asked);
    assert.equal(await editor.ghost(), null);
    const uris = script.heard("textDocument/didOpen").map(({ params }) => params.textDocument.uri);
    assert.deepEqual(uris.filter((uri) => /COMMIT_EDITMSG|output/.test(uri)), []);
    await editor.run("View: Hide Panel").catch(() => undefined);
    await editor.goTo(message);
    await editor.run("View: Revert and Close Editor");
    await editor.goTo(file);
    await editor.run("File: Reset Active Editor Read-only in Session");
  },

  async "off for one language"({ editor, script, code }) {
    script.answers(FUNCTION);
    await editor.file();
    await editor.run("Inkling: Turn Suggestions On or Off for This Language");
    await editor.statusShows("off for Python");
    assert.deepEqual(code.saved()["inkling.disabledLanguages"], ["python"]);
    await editor.focus();
    await editor.type("def ad");
    await sleep(500); // time in which ghost text would have come
    assert.equal(await editor.ghost(), null);
    await editor.run("Inkling: Turn Suggestions On or Off for This Language");
    await editor.statusShows("ready");
    await editor.focus();
    await editor.press("Backspace");
    await editor.type("d");
    await editor.ghostText();
  },

  async "snoozed for a while, and woken"({ editor, script }) {
    script.answers(FUNCTION);
    await editor.file();
    await editor.run("Inkling: Snooze");
    await editor.pick("15 minutes");
    await editor.statusShows("snoozed");
    await editor.focus();
    await editor.type("def ad");
    await sleep(500); // time in which ghost text would have come
    assert.equal(await editor.ghost(), null);
    await editor.run("Inkling: Snooze");
    await editor.pick("End the snooze");
    await editor.statusShows("ready");
    await editor.focus();
    await editor.press("Backspace");
    await editor.type("d");
    await editor.ghostText();
  },

  async "one click says why nothing was shown, all of it"({ editor, script, pictures }) {
    const reason = "Nothing worth showing was ready within the budget, since the machine was busy with something else.";
    script.says({ answers: [{ line: "slow$", items: [], told: { reason, code: "late", latencyMs: 97.4 } }] });
    await editor.file();
    await editor.type("slow");
    await editor.statusShows("ready · 97 ms");
    const [first] = await editor.menu();
    assert.equal(first.replaceAll(/\s+/g, " ").trim(), reason);
    const cut = await editor.page.evaluate(() =>
      [...document.querySelectorAll(".quick-input-list .monaco-list-row:first-child .monaco-icon-label-container > *")]
        .filter((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== "inline").length);
    assert.equal(cut, 0, "nothing of it is cut off");
    await editor.picture(pictures("status-reason"));
    await editor.press("Enter");
    await editor.notification(reason);
    await editor.dismissNotifications();
  },

  async "state and reason are those of the document in front"({ editor, script, pictures }) {
    script.says({
      answers: [
        { line: "late$", items: [], told: { reason: "Too late.", code: "late", latencyMs: 97.4 } },
        { line: "quick$", items: ["er"], told: { latencyMs: 8 } },
      ],
    });
    const late = await editor.file("", { name: "late.py" });
    await editor.type("late");
    await editor.statusShows("ready · 97 ms");
    const quick = await editor.file("", { name: "quick.py" });
    await until("a status that says nothing of another file", patienceS, async () => (await editor.status()) === "Inkling: ready");
    await editor.type("quick");
    await editor.statusShows("ready · 8 ms");
    assert.match((await editor.menu())[0], /brought a suggestion/);
    await editor.press("Escape");
    await editor.goTo(late);
    await editor.statusShows("ready · 97 ms");
    assert.match((await editor.menu())[0], /Too late/);
    await editor.press("Escape");
    const message = path.join(path.dirname(quick), "COMMIT_EDITMSG");
    writeFileSync(message, "");
    await editor.goTo(message);
    await editor.statusShows("not for commits");
    assert.match((await editor.menu())[0], /commit messages alone/);
    await editor.picture(pictures("not-here"));
    await editor.press("Escape");
    await editor.goTo(quick);
    await editor.statusShows("ready · 8 ms");
  },

  async "in a cell of a notebook, which the server hears of as one"({ editor, script, code, pictures }) {
    script.answers(FUNCTION);
    const cells = path.join(code.project, "cells.ipynb");
    const cell = { cell_type: "code", execution_count: null, metadata: {}, outputs: [] };
    const notebook = {
      cells: [
        { ...cell, source: ["%matplotlib inline\n", "import math"] },
        { cell_type: "markdown", metadata: {}, source: ["# Sums"] },
        { ...cell, source: ["x = 1\n", "de"] },
      ],
      ...{ metadata: { language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 5 },
    };
    writeFileSync(cells, JSON.stringify(notebook));
    await editor.goToAny(cells);
    const ofThese = ({ params }) => params.notebookDocument.uri.endsWith("/cells.ipynb");
    const { params: opened } = await script.hears("notebookDocument/didOpen", ofThese);
    assert.deepEqual(opened.notebookDocument.cells.map(({ kind }) => kind), [2, 1, 2]);
    const [, , { uri }] = opened.cellTextDocuments;
    await editor.statusShows("ready");
    await editor.page.click('.notebookOverlay .code-cell-row:has-text("x = 1") .cell-editor-container');
    await editor.press("Control+End");
    await script.hears("inkling/didMoveCursor", ({ params }) => params.textDocument.uri === uri && params.position.line === 1);
    await editor.type("f ad");
    await editor.ghostText("d(a, b):\n    return a + b");
    await editor.picture(pictures("notebook"));
    const { params: asked } = await script.hears("textDocument/inlineCompletion", ({ params }) => params.textDocument.uri === uri);
    assert.equal(asked.position.line, 1);
    await editor.run("Inkling: Show What the Model Sees");
    await script.hears("inkling/context", ({ params }) => params.textDocument.uri === uri);
    await editor.run("View: Close Editors in Other Groups");
    await editor.page.click('.notebookOverlay .code-cell-row:has-text("x = 1") .cell-editor-container');
    await editor.press("Control+End");
    await editor.press("Alt+\\");
    await editor.ghostText("d(a, b):\n    return a + b");
    const accepted = script.heard("workspace/executeCommand").length;
    await editor.press("Tab");
    await editor.noGhost();
    await script.hears("workspace/executeCommand", ({ params }) => params.command === "inkling.accepted", { after: accepted });
    await editor.press("Control+s");
    const saved = JSON.stringify(["x = 1\n", "def add(a, b):\n", "    return a + b"]).replaceAll(" ", "");
    await until("the notebook to be saved", patienceS, () => readFileSync(cells, "utf8").replaceAll(/\s/g, "").includes(saved));
    await until("no cell to be told apart from its notebook", 1, () =>
      script.heard("textDocument/didOpen").every(({ params }) => !params.textDocument.uri.startsWith("vscode-notebook-cell")),
    );
    await editor.run("Notebook: Insert Code Cell Below");
    await script.hears("notebookDocument/didChange", ({ params }) => params.change.cells?.structure?.didOpen?.length === 1);
    await editor.run("View: Revert and Close Editor");
    await script.hears("notebookDocument/didClose", ofThese);
  },

  async "a status before any file, and no server that nobody needs"({ editor, script }) {
    // Windows that have had one: in those before, one may be started again meanwhile.
    const served = () => new Set(script.heard("initialize").map(({ params }) => params.processId)).size;
    const before = served();
    const other = await editor.another({ profile: "new", name: "elsewhere/.git/COMMIT_EDITMSG" });
    await other.statusShows("not for commits");
    await sleep(1500); // time in which a server would have come
    assert.equal(served(), before);
    assert.match(await other.tooltip(), /commit messages/);
    await other.file();
    await other.statusShows("ready");
    assert.equal(served(), before + 1);
    await other.close();
  },

  async "settings reach the server without a restart"({ editor, script }) {
    await editor.file();
    const { pid } = script;
    const told = script.heard("workspace/didChangeConfiguration").length;
    await editor.set("User", { "inkling.budgetMs": 60, "inkling.maxLines": 3, "inkling.trace": true });
    const { params } = await script.hears(
      "workspace/didChangeConfiguration",
      ({ params }) => params.settings.inkling.budgetMs === 60,
      { after: told },
    );
    assert.equal(params.settings.inkling.maxLines, 3);
    assert.equal(params.settings.inkling.trace, true);
    script.answers(FUNCTION);
    await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    assert.equal(script.pid, pid);
    await editor.set("User", { "inkling.budgetMs": undefined, "inkling.maxLines": undefined, "inkling.trace": undefined });
  },

  async "the statistics page"({ editor, script, pictures }) {
    script.answers(FUNCTION);
    await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    await editor.press("Tab");
    await editor.run("Inkling: Show Statistics");
    const text = await editor.webview("Inkling: Statistics");
    for (const word of ["Suggestions", "Accepted whole", "Characters saved", "95th percentile", "Why nothing was shown"]) {
      assert(text.includes(word), text);
    }
    await editor.picture(pictures("statistics-scripted"));
    await editor.run("View: Close Editor");
  },

  async "what the model sees at the cursor, in a document beside"({ editor, script }) {
    script.answers(FUNCTION);
    await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    await editor.run("Inkling: Show What the Model Sees");
    const beside = editor.page.locator(".editor-group-container").nth(1).locator(".view-lines");
    await until("the document", patienceS, async () => (await beside.innerText().catch(() => "")).replaceAll("\u00a0", " ").includes("def ad"));
    assert.match((await beside.innerText()).replaceAll("\u00a0", " "), /before the cursor, from line 1/);
    await editor.run("View: Single Column Editor Layout");
  },

  async "the doctor's page, which shows that the doctor is at it"({ editor, script }) {
    script.says({ doctor: { held: true } });
    await editor.run("Inkling: Run Doctor");
    assert.match(await editor.webview("Inkling: Doctor"), /Looking at this machine/);
    script.says({});
    const text = await editor.webview("Inkling: Doctor", { has: "checks failed" });
    assert.match(text, /1 of 3 checks failed/);
    assert.match(text, /Run `inkling model pull`/);
    assert.match(text, /client\s+inkling-vscode\/\d+\.\d+\.\d+/);
    await editor.run("View: Close Editor");
  },

  async "without a model, one is offered, pulled and used"({ editor, script, pictures }) {
    const status = { state: "no-model", reason: "None; run `inkling model pull`.", code: "no-model" };
    const pulls = script.heard("model pull").length;
    script.says({ status, pull: { seconds: 6, holds: 10 } });
    await editor.restart("no model");
    await editor.notification("no model on this machine yet");
    await editor.picture(pictures("no-model"));
    await editor.clickButton("Pull Model");
    const stop = await editor.follow();
    await editor.notification("Downloading");
    await editor.statusShows("pulling");
    const rows = await editor.menu();
    assert(rows.some((row) => row.includes("Stop Pulling")), rows.join("\n"));
    assert(!rows.some((row) => row.includes("Pull Model")), "nobody is offered a second pull");
    await editor.press("Escape");
    await editor.run("Inkling: Pull Model"); // who asks nonetheless gets none
    script.says({ status, pull: { seconds: 6 } });
    await editor.statusShows("ready");
    const texts = await stop();
    const percents = texts.map((text) => /pulling (\d+) %/.exec(text)?.[1]).filter(Boolean).map(Number);
    assert.deepEqual(percents, percents.toSorted((one, other) => one - other), "the pull never goes back");
    assert(percents.length > 10 && percents[0] < 20 && percents.at(-1) > 80, `it went ${percents}`);
    assert(!texts.slice(1).some((text) => text.includes("no model")), texts.join("\n"));
    assert.equal(script.heard("model pull").length, pulls + 1);
    script.answers(FUNCTION);
    await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    await editor.noNotification();
  },

  async "an offer stays where the state is shown"({ editor, script, pictures }) {
    script.says({ status: { state: "no-model", reason: "None; run `inkling model pull`.", code: "no-model" } });
    await editor.restart("no model");
    await editor.notification("no model on this machine yet");
    await editor.dismissNotifications();
    const tooltip = await editor.tooltip();
    assert.match(tooltip, /There is no model on this machine/);
    assert(!tooltip.includes("run `"), tooltip);
    await editor.picture(pictures("offer-tooltip"));
    await editor.page.click('.workbench-hover:visible a:has-text("Pull Model")');
    await editor.statusShows("ready");
    script.says({ status: { state: "no-model", reason: "None.", code: "no-model" } });
    await editor.restart("no model");
    await editor.notification("no model on this machine yet");
    await editor.dismissNotifications();
    await editor.run("Inkling: Why Was Nothing Shown?");
    await editor.notification("There is no model on this machine");
    await editor.clickButton("Pull Model");
    await editor.statusShows("ready");
  },

  async "a pull that is stopped, and one that fails, are offered again"({ editor, script }) {
    script.says({ status: { state: "no-model", reason: "None.", code: "no-model" }, pull: { holds: 10 } });
    await editor.restart("no model");
    await editor.notification("no model on this machine yet");
    await editor.clickButton("Pull Model");
    await editor.statusShows("pulling");
    const pull = await script.hears("model pull", ({ pid }) => isAlive(pid));
    await editor.menu();
    await editor.pick("Stop Pulling");
    await editor.statusShows("no model");
    await until("the pull to end", patienceS, () => !isAlive(pull.pid));
    script.says({ ...script.script, pull: { fails: "there is no connection" } });
    await editor.menu();
    await editor.pick("Pull Model");
    await editor.notification("there is no connection");
    await editor.statusShows("no model");
    script.says({ ...script.script, pull: {} });
    await editor.page.mouse.move(10, 10); // what is said of what the pointer rests on covers the message
    await editor.clickButton("Try Again");
    await editor.statusShows("ready");
    await editor.noNotification();
  },

  async "a window closed during the pull ends it, and the next one goes on"({ editor, script }) {
    script.says({ status: { state: "no-model", reason: "None.", code: "no-model" }, pull: { holds: 10 } });
    const other = await editor.another();
    await other.statusShows("no model");
    await other.notification("no model on this machine yet");
    await other.clickButton("Pull Model");
    await other.statusShows("pulling");
    const pull = await script.hears("model pull", ({ pid }) => isAlive(pid));
    await other.close();
    await until("the pull to end with its window", patienceS, () => !isAlive(pull.pid));
    const pulls = script.heard("model pull").length;
    const next = await editor.another();
    await next.statusShows("pulling");
    script.says({ ...script.script, pull: {} });
    await next.statusShows("ready");
    assert.equal(script.heard("model pull").length, pulls + 1);
    await next.close();
  },

  async "while one window pulls, another says so, and goes on when that one is closed"({ editor, script }) {
    script.says({ status: { state: "no-model", reason: "None.", code: "no-model" }, pull: { holds: 10 } });
    await editor.restart("no model");
    const other = await editor.another();
    await other.statusShows("no model");
    await other.notification("no model on this machine yet");
    await other.clickButton("Pull Model");
    await editor.statusShows("pulling");
    await script.hears("model pull", ({ pid }) => isAlive(pid)); // the bar tells of it before it has begun
    const pulls = script.heard("model pull").length;
    const rows = await editor.menu();
    assert(!rows.some((row) => row.includes("Pull")), rows.join("\n"));
    await editor.press("Escape");
    await editor.run("Inkling: Pull Model"); // who asks nonetheless gets none
    await sleep(1000); // time in which one would have begun
    assert.equal(script.heard("model pull").length, pulls);
    await other.close();
    await script.hears("model pull", undefined, { after: pulls });
    script.says({ ...script.script, pull: {} });
    await editor.statusShows("ready");
    assert.equal(script.heard("model pull").length, pulls + 1);
  },

  async "a pull in a terminal is shown, and no second one offered"({ editor, script }) {
    await editor.dismissNotifications();
    const reason = "The model is being pulled.";
    script.says({ status: { state: "pulling", reason, code: "no-model", percent: 54 } });
    await editor.restart("pulling 54 %");
    const rows = await editor.menu();
    assert.match(rows[0], /being pulled/);
    assert(!rows.some((row) => row.includes("Pull Model")), rows.join("\n"));
    await editor.press("Escape");
    assert(!(await editor.hasNotification()), "nothing is offered");
  },

  async "newer weights come by one click, and the old ones serve meanwhile"({ editor, script, pictures }) {
    script.says({ status: { update: { bytes: 491_400_064 } }, answers: [{ line: "def ad$", items: ["d()"] }], pull: { holds: 10 } });
    await editor.restart();
    await editor.file();
    const rows = await editor.menu();
    assert(rows.some((row) => row.includes("Get the New Model (491 MB)")), rows.join("\n"));
    await editor.picture(pictures("new-weights"));
    await editor.pick("Get the New Model");
    await editor.statusShows("pulling");
    await editor.press("Control+1");
    await editor.focus();
    await editor.type("def ad");
    await editor.ghostText("d()");
    script.says({ ...script.script, pull: {} });
    await editor.statusShows("ready");
    const after = await editor.menu();
    assert(!after.some((row) => row.includes("New Model")), after.join("\n"));
    await editor.press("Escape");
  },

  async "a deeper model that is not there comes by one click"({ editor, script }) {
    await editor.set("Machine", { "inkling.deepModel": "qwen2.5-coder-1.5b" });
    script.says({ status: { deep: { ...deep("no-model"), reason: "It is not here." } }, pull: { holds: 10 } });
    await editor.restart();
    await editor.statusShows("deeper is not here yet");
    assert.match(await editor.tooltip(), /Deep model: deeper \(no model\)[^]*It is not here\./);
    const pulls = script.heard("model pull").length;
    await editor.menu();
    await editor.pick("Pull Deep Model");
    await editor.statusShows("pulling");
    script.says({ ...script.script, pull: {} });
    await editor.statusShows("Inkling: ready");
    const [{ params }] = script.heard("model pull").slice(pulls);
    assert.deepEqual(params.words, ["qwen2.5-coder-1.5b", "--progress-json"]);
    const rows = await editor.menu();
    assert(!rows.some((row) => row.includes("Deep Model")), rows.join("\n"));
    await editor.press("Escape");
    await editor.set("Machine", { "inkling.deepModel": undefined });
  },

  async "the keys are listed, and one leads to where it can be changed"({ editor, pictures }) {
    await editor.menu();
    await editor.picture(pictures("menu"));
    await editor.pick("Keys");
    await editor.page.waitForSelector('.quick-input-list .monaco-list-row:has-text("Take all of the suggestion")');
    await editor.picture(pictures("keys"));
    await editor.pick("Take a word of it");
    await editor.page.waitForSelector(".keybindings-editor .monaco-list-row, .keybindings-editor .monaco-table-tr");
    await until("the shortcut", patienceS, async () => (await editor.page.innerText(".keybindings-editor")).includes("Accept Next Word"));
    await editor.run("View: Close Editor");
    await editor.menu();
    await editor.pick("Settings");
    await editor.page.waitForSelector('.settings-editor .setting-item:has-text("Enabled")');
    await editor.run("View: Close Editor");
  },

  async "the model is a choice of names"({ editor, pictures }) {
    await editor.run("Inkling: Open Settings");
    await editor.page.click('.settings-tabs-widget a:has-text("Remote")'); // it is the machine's, and the server runs on that one
    // The list draws only what is in sight: asked for by its name, it is.
    await editor.page.click(".settings-header .suggest-input-container");
    await editor.press("Control+a");
    await editor.type("@id:inkling.model");
    const model = editor.page.locator(".settings-editor .setting-item", { hasText: "The model to use" });
    const choice = model.locator("select, .monaco-select-box").first();
    await until("the setting of the model", patienceS, () => choice.isVisible());
    assert.match(await choice.innerText(), /qwen2\.5-coder-1\.5b/i);
    await editor.picture(pictures("settings"));
    await editor.run("View: Close Editor");
  },

  async "the extension page has its icon, and no picture that is broken"({ editor, pictures }) {
    await editor.run("View: Show Extensions");
    await editor.page.click('.extensions-list .monaco-list-row:has-text("Inkling"):not(:has-text("Another"))');
    await editor.page.waitForSelector(".extension-editor img.icon");
    const read = (frame) =>
      frame.evaluate(() => ({
        text: document.body.innerText,
        loaded: [...document.images].every(({ complete }) => complete), // or broken
        widths: [...document.images].map(({ naturalWidth }) => naturalWidth),
      }));
    const page = await until("the page", patienceS, async () => {
      const all = await Promise.all(editor.page.frames().slice(1).map((frame) => read(frame).catch(() => ({ text: "" }))));
      return all.find(({ text, loaded }) => loaded && text.includes("return math.pi * radius ** 2"));
    });
    assert(page.widths.every((width) => width > 0), `${page.widths}`);
    const icon = editor.page.locator(".extension-editor img.icon");
    await until("the icon", patienceS, () => icon.evaluate(({ complete }) => complete));
    assert.equal(await icon.evaluate(({ naturalWidth }) => naturalWidth), 128);
    await editor.tallPicture(pictures("extension-page"));
    await editor.run("View: Close Editor");
    await editor.closeSideBar();
  },

  async "the walkthrough leads from the server to the keys"({ editor, pictures }) {
    await editor.run("Inkling: Get Started");
    const steps = editor.page.locator(".gettingStartedContainer .getting-started-step");
    await until("the four steps", patienceS, async () => (await steps.count()) === 4);
    const done = editor.page.locator(".gettingStartedContainer .codicon-getting-started-step-checked.complete");
    await until("the two that are done to be ticked off", patienceS, async () => (await done.count()) === 2);
    const open = (title) => editor.page.click(`.gettingStartedContainer .step-title:has-text("${title}")`);
    await open("Try it");
    const drawn = () =>
      editor.page.evaluate(() => [...document.querySelectorAll(".gettingStartedContainer img")].map(({ naturalWidth }) => naturalWidth));
    const before = editor.page.viewportSize();
    await editor.page.setViewportSize({ width: 1280, height: 800 });
    await until("the picture of the step", patienceS, async () => (await drawn()).some((width) => width > 500));
    await editor.picture(pictures("walkthrough-try"));
    await open("Install the server");
    await editor.picture(pictures("walkthrough"));
    await open("The keys");
    await editor.picture(pictures("walkthrough-keys"));
    await open("Try it");
    await editor.page.click('.gettingStartedContainer .monaco-button:has-text("Try it")');
    await editor.page.setViewportSize(before);
    await editor.page.waitForSelector('.tab.active:has-text("Untitled-")');
    await editor.focus();
    await editor.linesShow("a file to try it in", (lines) => lines.includes("    return "));
    await editor.run("View: Revert and Close Editor");
    await editor.file();
  },

  async "without a server, a message says how to get one"({ editor, script, pictures }) {
    // It goes out of sight by itself after a while.
    const [said] = await Promise.all([
      editor.notification("which is not on this machine", 90),
      editor.set("Machine", { "inkling.command": [] }),
    ]);
    assert(!said.includes("pipx"), said);
    await editor.statusShows("not installed");
    await editor.picture(pictures("not-installed"));
    await editor.dismissNotifications();
    const rows = await editor.menu();
    assert(rows.some((row) => row.includes("Install Server")) && rows.some((row) => row.includes("Open Settings")), rows.join("\n"));
    await editor.press("Escape");
    await editor.set("Machine", { "inkling.command": "/nowhere/inkling" });
    await editor.statusShows("not found");
    const offers = await editor.menu();
    assert.match(offers[0].replaceAll(/\s+/g, " "), /\/nowhere\/inkling, which is not a program that can be run/);
    assert(offers.some((row) => row.includes("Install Server")) && offers.some((row) => row.includes("Open Settings")), offers.join("\n"));
    await editor.picture(pictures("not-found"));
    await editor.press("Escape");
    await editor.set("Machine", { "inkling.command": script.command });
    await editor.statusShows("ready");
    await editor.noNotification(); // none outlives the fix
  },
};
