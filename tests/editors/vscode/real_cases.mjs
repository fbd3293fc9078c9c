// What a person does with Inkling itself: the real server and the real model.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { patienceS, until } from "./code_server.mjs";

const before = 'import math\n\n\ndef area(radius):\n    """The area of a circle."""\n    ';

/** Types until the model has something to say, takes it, and compares the disk with what was drawn. */
export async function takeOne(editor, picture) {
  const file = await editor.file(before);
  await editor.typeUntilGhost("return math.", undefined, 60);
  await settled(editor);
  await picture?.();
  const ghost = await takeWhatIsDrawn(editor);
  await editor.press("Control+s");
  const text = await until("the accepted text on disk", patienceS, () => {
    const now = readFileSync(file, "utf8");
    return now.length > before.length + "return math.".length ? now : null;
  });
  assert(text.startsWith(`${before}return math.`), text);
  assert.equal(withoutBlankLines(text.slice(`${before}return math.`.length)), ghost);
}

/** Presses Tab and returns the ghost text that was drawn last: up to then it may grow. */
async function takeWhatIsDrawn(editor) {
  const stop = await editor.record();
  await editor.press("Tab");
  await editor.noGhost();
  const drawn = (await stop()).map(({ ghost }) => ghost?.join("\n")).filter((ghost) => ghost !== undefined);
  return drawn.at(-1);
}

/** Ghost text as it is read from the window has none either. */
function withoutBlankLines(text) {
  return text
    .split("\n")
    .filter((line, number) => number === 0 || line.trim() !== "")
    .join("\n");
}

/** Ghost text that no longer changes: a later answer may be longer. */
async function settled(editor) {
  let last = await editor.ghostText();
  let since = performance.now();
  await until("the ghost text to settle", patienceS, async () => {
    const now = (await editor.ghost())?.join("\n");
    if (now !== last) {
      last = now;
      since = performance.now();
    }
    return last !== undefined && performance.now() - since > 500;
  });
  return last;
}

export const realCases = {
  async "a file with secrets says why it gets nothing"({ editor }) {
    await editor.file("", { name: ".env" });
    await editor.type("TOKEN=", 100);
    await until("the reason", patienceS, async () => {
      const first = (await editor.menu())[0];
      // A key may come before the menu takes any; what is clicked has the focus, and the menu goes.
      await editor.page.locator(".editor-group-container.active .monaco-editor .view-lines").first().click();
      await editor.focus(".env");
      await editor.type("a");
      return /may hold secrets/.test(first);
    });
    assert.equal(await editor.ghost(), null);
  },

  async "the real model: ghost text, Tab, Ctrl+S, and the disk has it"({ editor, pictures }) {
    await takeOne(editor, () => editor.picture(pictures("real-ghost-text")));
  },

  async "asked for by a key, the real model writes several lines"({ editor, pictures }) {
    const start =
      'import csv\n\n\ndef read_rows(path):\n    """Yield the rows of a CSV file as dictionaries."""\n' +
      "    with open(path) as file:";
    const file = await editor.file(start);
    await until("several lines", 60, async () => {
      await editor.press("Alt+\\");
      const shown = await editor.ghostText(undefined, 15).catch(() => "");
      return shown.includes("\n");
    });
    await settled(editor);
    await editor.picture(pictures("real-multi-line"));
    const ghost = await takeWhatIsDrawn(editor);
    await editor.press("Control+s");
    const text = await until("the accepted text on disk", patienceS, () => {
      const now = readFileSync(file, "utf8");
      return now.length > start.length ? now : null;
    });
    assert.equal(withoutBlankLines(text.slice(start.length)), ghost);
  },

  async "asked by a key, a deeper model goes on where the first one has answered"({ editor, pictures }) {
    const model = process.env.INKLING_DEEP_MODEL ?? "qwen2.5-coder-0.5b";
    await editor.statusTurns("Inkling: ready", () => editor.set("Machine", { "inkling.deepModel": model }));
    assert(/takes about \d\.\d GB/.test(await editor.tooltip()), "it is said before");
    const start = 'def median(values):\n    """Return the middle one of some values, or the mean of two."""\n    if not';
    const file = await editor.file(start);
    const said = await editor.follow();
    await editor.press("Alt+\\");
    const first = await editor.ghostText(undefined, 60);
    // An engine that has it already loads nothing, and by the time text is drawn it may write.
    await editor.statusShowed(`${model} is writing`, said, 60);
    const writes = async () => (await editor.status()).includes("is writing");
    await until("more lines, and others", 90, async () => {
      const now = (await editor.ghost()) ?? [];
      return (now.length > 3 && now.join("\n") !== first) || !(await writes());
    });
    await editor.picture(pictures("real-deep"));
    await until("it to end", 90, async () => !(await writes()));
    const ghost = await settled(editor);
    await editor.press("Tab");
    await editor.noGhost();
    await editor.press("Control+s");
    const text = await until("the accepted text on disk", patienceS, () => {
      const now = readFileSync(file, "utf8");
      return now.length > start.length ? now : null;
    });
    assert.equal(withoutBlankLines(text.slice(start.length)), ghost);
    await editor.set("Machine", { "inkling.deepModel": undefined });
  },

  async "the real server says why it shows nothing"({ editor, pictures }) {
    await editor.file("radius = 1");
    await editor.press("Control+Home");
    await editor.press("ArrowRight");
    await editor.type("x");
    // Before the word's end there is nothing to complete.
    await until("the reason", patienceS, async () => {
      await editor.clickStatus();
      const row = editor.page.locator(".quick-input-list .monaco-list-row", { hasText: "inside a word" });
      const there = await row.waitFor({ timeout: 2000 }).then(() => true, () => false);
      if (!there) {
        await editor.press("Escape");
      }
      return there;
    });
    await editor.picture(pictures("why"));
    await editor.press("Escape");
  },

  async "the real server counts it"({ editor, pictures }) {
    const accepted = async () => {
      await editor.run("Inkling: Show Statistics");
      const text = await editor.webview("Inkling: Statistics", { has: "Accepted whole" });
      await editor.tallPicture(pictures("statistics"));
      await editor.run("View: Revert and Close Editor");
      return Number(/Accepted whole\s+(\d+)/.exec(text)[1]);
    };
    const before = await accepted();
    await takeOne(editor);
    await until("one more to be counted", patienceS, async () => (await accepted()) === before + 1);
  },

  async "the real doctor finds nothing in the way"({ editor, pictures }) {
    await editor.run("Inkling: Run Doctor");
    const text = await editor.webview("Inkling: Doctor", { has: "Checks", limitS: 60 });
    assert.match(text, /Nothing is in the way/, text);
    await editor.picture(pictures("doctor"));
    await editor.run("View: Revert and Close Editor");
  },

  async "the real server is off and on again, at once"({ editor }) {
    await editor.file();
    await editor.run("Inkling: Turn Suggestions On or Off");
    await editor.statusShows("Inkling: off");
    await editor.run("Inkling: Turn Suggestions On or Off");
    await editor.statusShows("Inkling: ready");
    await takeOne(editor);
  },

  async "the real server takes new settings while it runs"({ editor }) {
    await editor.set("User", { "inkling.maxLines": 1, "inkling.budgetMs": 300 });
    await takeOne(editor);
    await editor.set("User", { "inkling.maxLines": undefined, "inkling.budgetMs": undefined });
  },
};

/** In a profile with nothing but the extension: no `inkling` on the PATH, no model, no terminal. */
export const newcomerCases = {
  async "a newcomer: the extension, a yes to its server, a yes to its model, ghost text"({ editor, code, pictures }) {
    await editor.notification("which is not on this machine");
    await editor.picture(pictures("newcomer-server"));
    const installs = await editor.follow();
    await editor.clickButton("Install Server");
    await editor.statusShowed("installing", installs);
    await editor.picture(pictures("newcomer-installing"));
    await editor.notification("no model on this machine yet", 300);
    await editor.picture(pictures("newcomer-model"));
    await editor.clickButton("Pull Model");
    const stop = await editor.follow();
    await editor.page.mouse.move(400, 200); // what is said of what the pointer rests on covers the status
    for (const percent of [10, 50, 85]) {
      await until(`${percent} %`, 300, async () => (percentIn(await editor.status()) ?? 0) >= percent);
      await editor.picture(pictures(`newcomer-pulling-${percent}`));
    }
    await editor.statusShows("ready", 300);
    const texts = await stop();
    const percents = texts.map(percentIn).filter((percent) => percent !== undefined);
    assert.deepEqual(percents, percents.toSorted((one, other) => one - other), "the pull never goes back");
    assert(!texts.slice(1).some((text) => text.includes("no model")), texts.join("\n"));
    await takeOne(editor, () => editor.picture(pictures("newcomer-ghost-text")));
    assert(statSync(storageOf(code)).isDirectory());
  },

  async "a newcomer who closes the window during the pull and opens it again"({ editor, code }) {
    rmSync(code.env.INKLING_CACHE, { recursive: true });
    await editor.run("Inkling: Restart Server");
    await editor.notification("no model on this machine yet", 60);
    await editor.clickButton("Pull Model");
    await until("the pull", 120, async () => (percentIn(await editor.status()) ?? 0) >= 5);
    assert.equal(pullsOf(code).length, 1);
    await editor.close();
    await until("the pull to end with its window", patienceS, () => pullsOf(code).length === 0);
    const next = await editor.another();
    await next.statusShows("pulling", 60);
    await next.statusShows("ready", 300);
    await takeOne(next);
  },
};

function percentIn(status) {
  const said = /pulling (\d+) %/.exec(status ?? "")?.[1];
  return said === undefined ? undefined : Number(said);
}

function storageOf(code) {
  return path.join(code.data, "User/globalStorage/inkling.inkling");
}

/** The processes that pull a model with the extension's own server. */
function pullsOf(code) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return words.includes(storageOf(code)) && words.includes("pull");
      } catch {
        return false; // it ended meanwhile
      }
    });
}
