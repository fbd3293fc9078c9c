// What a person does with Inkling in VS Code, each a test of its own. The server is scripted.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "./code_server.mjs";

const FUNCTION = ["def ad$", "d(a, b):\n    return a + b"];

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
    await editor.type(" = sum(val", 80);
    const frames = await stop();
    // The line is the same in every frame: what was typed and what is still grey make it up.
    const others = frames.filter(({ lines }) => lines[0] !== whole).map(({ lines }) => lines[0]);
    assert.deepEqual(others, []);
    assert(frames.length > 20, `only ${frames.length} frames were drawn`);
    await editor.press("Tab");
    await editor.save(file, whole);
  },

  async "an answer for an older text is never drawn"({ editor, script }) {
    script.answers(["^late $", "STALE", { afterMs: 400, ignoreCancel: true }], ["^late x$", "FRESH"]);
    await editor.file();
    const asked = script.heard("textDocument/inlineCompletion").length;
    const stop = await editor.record();
    await editor.type("late ");
    await script.hears("textDocument/inlineCompletion", ({ params }) => params.position.character === 5, { after: asked });
    await editor.type("x");
    await editor.ghostText("FRESH");
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
    await until("two groups", 10, async () => (await editor.page.locator(".editor-group-container").count()) === 2);
    await editor.focus();
    await editor.type("right");
    await editor.ghostText("_hand");
    const drawn = await editor.page.locator(".ghost-text-decoration").count();
    assert.equal(drawn, 1, "only the group with the cursor shows it");
    await editor.press("Tab");
    await editor.press("Control+1");
    await editor.focus();
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
    script.answers(["^slow $", "STALE", { afterMs: 4000, ignoreCancel: true }], FUNCTION);
    const file = await editor.file("", { name: "before_renaming.py" });
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.type("slow ");
    await script.hears("textDocument/inlineCompletion", ({ params }) => params.position.character === 5, { after: asked });
    await editor.press("Control+s");
    await editor.run("File: Reveal Active File in Explorer View");
    await editor.page.waitForSelector('.explorer-folders-view .monaco-list-row.focused:has-text("before_renaming.py")');
    await editor.press("F2");
    await editor.page.waitForSelector(".explorer-folders-view input");
    await editor.press("Control+a");
    await editor.page.keyboard.insertText("after_renaming.py");
    await editor.press("Enter");
    await script.hears("textDocument/didOpen", ({ params }) => params.textDocument.uri.endsWith("after_renaming.py"));
    await editor.press("Control+b");
    await editor.press("Control+1");
    await editor.focus();
    await editor.press("Control+End");
    await editor.press("Enter");
    await editor.type("def ad");
    await editor.ghostText("d(a, b):\n    return a + b");
    await editor.press("Tab");
    await editor.save(file.replace("before", "after"), "slow \ndef add(a, b):\n    return a + b");
  },

  async "a file closed while a request runs"({ editor, script }) {
    script.answers(["^slow $", "STALE", { afterMs: 1500, ignoreCancel: true }], FUNCTION);
    await editor.file();
    const closed = script.heard("textDocument/didClose").length;
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.type("slow ");
    await script.hears("textDocument/inlineCompletion", ({ params }) => params.position.character === 5, { after: asked });
    await editor.run("View: Revert and Close Editor");
    await script.hears("textDocument/didClose", undefined, { after: closed });
    const next = await editor.file();
    const stop = await editor.record();
    await editor.type("def ad");
    await editor.ghostText("d(a, b):\n    return a + b");
    await sleep(1500); // the old answer goes out meanwhile
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
    assert.deepEqual(await editor.lines(), ["def add(a, b):", "    return a + b"]);
    await editor.run("View: Revert and Close Editor");
  },

  async "the server is killed while ghost text is shown"({ editor, script }) {
    script.answers(FUNCTION, ["^x = $", "1"]);
    const file = await editor.file("# before\n");
    await editor.type("def ad");
    await editor.ghostText();
    const { pid } = script;
    process.kill(pid, "SIGKILL");
    await until("another server", 20, () => script.pid !== pid);
    await editor.statusShows("ready");
    await editor.press("End");
    await editor.press("Backspace");
    await editor.type("d");
    await editor.ghostText("d(a, b):\n    return a + b");
    await editor.press("Tab");
    await editor.save(file, "# before\ndef add(a, b):\n    return a + b");
    assert.equal(await editor.page.locator(".notification-toast").count(), 0, "nobody was troubled");
  },

  async "accepting what a server that has just died had suggested"({ editor, script }) {
    script.answers(FUNCTION);
    const file = await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    const { pid } = script;
    process.kill(pid, "SIGKILL");
    await editor.press("Tab");
    await editor.save(file, "def add(a, b):\n    return a + b");
    await until("another server", 20, () => script.pid !== pid);
    await editor.statusShows("ready");
    assert.equal(await editor.page.locator(".notification-toast").count(), 0, "nobody was troubled");
  },

  async "a server that ends at once is started again, later each time"({ editor, script }) {
    script.says({ dieOnStart: true });
    await editor.run("Inkling: Restart Server");
    await editor.statusShows("restarting");
    script.says({ answers: [{ line: "def ad$", items: ["d()"] }] });
    await editor.statusShows("ready");
    assert.equal(await editor.page.locator(".notification-toast").count(), 0, "nobody was troubled");
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
    await until("the line to be taken back", 5, async () => (await editor.lines())[0] === "def ad");
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
    const answer = (...items) => [{ line: "^total = $", items }];
    script.says({ answers: answer("sum"), grows: { character: 8, afterMs: 500, answers: answer("sum(values)") } });
    const file = await editor.file();
    const asked = script.heard("textDocument/inlineCompletion").length;
    await editor.type("total = ");
    await editor.ghostText("sum");
    const stop = await editor.record();
    await editor.ghostText("sum(values)");
    await sleep(300); // whatever is drawn after it
    const drawn = new Set((await stop()).map(({ ghost }) => ghost?.join("\n")));
    assert.deepEqual([...drawn], ["sum", "sum(values)"], "nothing else was drawn between them");
    const kinds = script.heard("textDocument/inlineCompletion").slice(asked).map(({ params }) => params.context.triggerKind);
    assert(kinds.every((kind) => kind === 2), "nobody asked by a key");
    await editor.press("Tab");
    await editor.save(file, "total = sum(values)");
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
    const [{ params }] = script.heard("textDocument/inlineCompletion").slice(asked);
    assert.equal(params.context.triggerKind, 1);
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
    await until("ghost text beside the list", 5, async () => (await editor.ghost())?.[0].endsWith("+ 1"));
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
    await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
    await editor.run("Inkling: Turn Suggestions On or Off");
    await editor.statusShows("Inkling: off");
    await editor.noGhost();
    assert.equal(code.saved()["inkling.enabled"], false);
    await script.hears("workspace/didChangeConfiguration", ({ params }) => params.settings.inkling.enabled === false);
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

  async "off for one language"({ editor, script, code }) {
    script.answers(FUNCTION);
    await editor.file();
    await editor.run("Inkling: Turn Suggestions On or Off for This Language");
    await editor.statusShows("off for python");
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

  async "one click says why nothing was shown"({ editor, script, pictures }) {
    const reason = "Nothing worth showing was ready within the budget.";
    script.says({ status: { state: "ready", model: "qwen2.5-coder-0.5b", reason, code: "late", latencyMs: 97.4 } });
    await editor.run("Inkling: Restart Server");
    await editor.statusShows("ready · 97 ms");
    await editor.clickStatus();
    await editor.page.waitForSelector(`.quick-input-list .monaco-list-row:has-text("${reason}")`);
    await editor.picture(pictures("status-reason"));
    await editor.press("Enter");
    await editor.notification(reason);
    await editor.dismissNotifications();
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

  async "the doctor's page"({ editor }) {
    await editor.run("Inkling: Run Doctor");
    const text = await editor.webview("Inkling: Doctor");
    assert.match(text, /1 of 2 checks failed/);
    assert.match(text, /Run `inkling model pull`/);
    await editor.run("View: Close Editor");
  },

  async "without a model, one is offered, pulled and used"({ editor, script, pictures }) {
    script.says({ status: { state: "no-model", reason: "No model is installed yet." } });
    await editor.run("Inkling: Restart Server");
    await editor.statusShows("no model");
    await editor.notification("no model on this machine yet");
    await editor.picture(pictures("no-model"));
    await editor.clickButton("Pull Model");
    await editor.notification("Downloading");
    await editor.statusShows("ready", 30);
    script.answers(FUNCTION);
    await editor.file();
    await editor.type("def ad");
    await editor.ghostText();
  },

  async "without a server, a message says how to get one"({ editor, script }) {
    await editor.set("Machine", { "inkling.command": [] });
    const said = await editor.notification("which is not on this machine");
    assert.match(said, /pipx install/);
    assert.match(said, /inkling\.command/);
    await editor.statusShows("not installed");
    await editor.dismissNotifications();
    await editor.set("Machine", { "inkling.command": "/nowhere/inkling" });
    assert.match(await editor.notification("/nowhere/inkling"), /not a program that can be run/);
    await editor.statusShows("not found");
    await editor.dismissNotifications();
    await editor.set("Machine", { "inkling.command": script.command });
    await editor.statusShows("ready");
  },
};
