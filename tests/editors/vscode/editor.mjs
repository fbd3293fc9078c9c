// An editor's window as a person sees it and uses it: keys, clicks, and what is drawn.

import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inCache, need, patienceS, until } from "./code_server.mjs";

export async function launchBrowser() {
  const { chromium } = createRequire(path.join(inCache("playwright/node_modules"), "x.js"))("playwright-core");
  return chromium.launch({
    executablePath: need(process.env.CHROMIUM ?? "/usr/bin/chromium", "run tests/editors/install_vscode.sh"),
    args: [
      ...["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync"],
    ],
  });
}

export class Editor {
  constructor(code, page) {
    this.code = code;
    this.page = page;
    this.count = 0;
    this.sockets = new Set();
    page.on("websocket", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    /** What to wait for once a file is open, besides the editor: that the server has it. */
    this.opened = async () => undefined;
  }

  static async open(code, browser, { width = 900, height = 420, name } = {}) {
    return Editor.#openIn(code, await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 2 }), name);
  }

  static async #openIn(code, context, name) {
    const page = await context.newPage();
    page.setDefaultTimeout(patienceS * 1000);
    const editor = new Editor(code, page);
    await editor.load(name);
    return editor;
  }

  /** Another window on the same machine; with a new profile, one that remembers nothing of this one. */
  another({ profile, name } = {}) {
    const context = this.page.context();
    return profile === "new" ? Editor.open(this.code, context.browser(), { name }) : Editor.#openIn(this.code, context, name);
  }

  /** Closes the window, as a person does. The browser gives it half a second to say goodbye, without which
   * what runs for it goes on for hours; a busy machine takes longer: so it has said it before. */
  async close() {
    await this.page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pagehide")));
    await until("the window to say goodbye", patienceS, () => this.sockets.size === 0);
    await this.page.close({ runBeforeUnload: false });
  }

  /** Loads the window anew, with the file's folder and the empty file in it. */
  async load(name = "first.py") {
    const first = path.join(this.code.project, name);
    mkdirSync(path.dirname(first), { recursive: true });
    writeFileSync(first, "");
    await this.page.goto(this.code.url(first), { waitUntil: "commit" });
    await this.page.waitForSelector(".monaco-editor .view-lines", { timeout: 120_000 });
    await this.closeSideBar();
    await this.page.evaluate(keepTrack);
  }

  async closeSideBar() {
    await until("the side bar to go", patienceS, async () => {
      const open = await this.page.isVisible(".part.sidebar");
      return !open || (await this.press("Control+b").then(() => this.#hides(".part.sidebar")));
    });
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  /** Types as a person does. */
  async type(text, delay = 50) {
    await this.page.keyboard.type(text, { delay });
  }

  /** Opens a fresh file, the cursor at its end. */
  async file(text = "", { name = `file${++this.count}.py` } = {}) {
    const file = path.join(this.code.project, name);
    writeFileSync(file, text);
    await this.goTo(file);
    await this.opened(file);
    await this.press("Control+End");
    return file;
  }

  /** Whether something goes soon. */
  #hides(selector) {
    return this.page.waitForSelector(selector, { state: "hidden", timeout: 10_000 }).then(() => true, () => false);
  }

  /** Opens a file that is there, as Ctrl+P does. */
  async goTo(file) {
    await until(`${file} to be opened`, 60, async () => {
      await this.goToAny(file);
      return this.focus(path.basename(file), { limitS: 10 }).then(() => true, () => false);
    });
  }

  /** The same where what it opens is no text, or not only one. */
  async goToAny(file) {
    const row = this.page.locator(`.quick-input-list .monaco-list-row.focused:has-text("${path.basename(file)}")`);
    // A list that opens while the window still moves the focus may close again before the key.
    await until(`${file} to be picked`, 60, async () => {
      await this.list("Control+p", file, row);
      await this.press("Enter");
      return this.#hides(".quick-input-list .monaco-list-row");
    });
  }

  /** Waits for the editor in front, of a file with this name, to take keys: earlier ones get lost. With
   * several groups, `group` is the number of the one that it is to be in, from the left. */
  async focus(name = "", { group, limitS = patienceS } = {}) {
    await until(`the editor ${name} to have the focus`, limitS, () =>
      this.page.evaluate(([name, group]) => {
        const groups = [...document.querySelectorAll(".editor-group-container")];
        const active = groups.find((one) => one.classList.contains("active"));
        const editor = active?.querySelector(".monaco-editor[data-uri]");
        const there = group === undefined || groups.indexOf(active) === group - 1;
        return there && editor?.dataset.uri.includes(name) && document.activeElement?.closest(".monaco-editor") === editor;
      }, [name, group]),
    );
  }

  /** Puts the focus into a group of editors, by its number. */
  async focusGroup(group) {
    await this.press(`Control+${group}`);
    await this.focus("", { group });
  }

  /** Edits the settings as a person does who edits their file. */
  async set(where, changes) {
    const all = this.code.with(where, changes);
    await this.run(where === "User" ? "Preferences: Open User Settings (JSON)" : "Preferences: Open Remote Settings (JSON)");
    const tab = '.editor-group-container.active .tab.active:has-text("settings.json")';
    await this.page.waitForSelector(tab);
    await this.focus("settings.json");
    // The editor may still move the selection to where it opened the file: then it is done again.
    await until("the settings to be saved", 60, async () => {
      await this.press("Control+a");
      await this.press("Delete");
      await this.page.keyboard.insertText(JSON.stringify(all, null, 1));
      await this.press("Control+s");
      await this.page.waitForSelector(`${tab}:not(.dirty)`);
      return this.code.savedText(where).replaceAll(/\s/g, "") === JSON.stringify(all).replaceAll(/\s/g, "");
    });
    await this.run("View: Close Editor");
  }

  /** Opens a list by its key and waits for a row of it. What is pressed while the window moves the focus
   * from one place to another gets lost, or the list is closed again: then the key is pressed once more. */
  async list(key, text, row) {
    const limit = { timeout: 10_000 };
    let last;
    await until(`${key} to list ${text}`, 60, async () => {
      try {
        await this.press(key);
        await this.page.waitForSelector(".quick-input-widget:not([style*='display: none']) input:focus", limit);
        await this.page.keyboard.insertText(text);
        await row.waitFor(limit);
        return true;
      } catch (error) {
        last = error.message;
        await this.press("Escape");
        return false;
      }
    }).catch((error) => {
      throw new Error(`${error.message}, lastly: ${last}`);
    });
  }

  /** Runs a command by its title, as F1 does. */
  async run(title) {
    const exactly = new RegExp(`^${title.replaceAll(/[()?]/g, "\\$&")}(…|\\.\\.\\.| \\(127.*\\))?$`);
    const label = this.page.locator(".label-name", { hasText: exactly });
    const row = this.page.locator(".quick-input-list .monaco-list-row").filter({ has: label }).first();
    // A list that opens while the window still moves the focus may close again before the click.
    await until(`${title} to be run`, 90, async () => {
      await this.list("F1", title, row);
      return row.click({ timeout: 10_000 }).then(() => true, () => this.press("Escape"));
    });
    await row.waitFor({ state: "hidden" }); // else what is looked for next would be found in this list
  }

  /** Picks an entry of the list that is open. */
  async pick(label) {
    const row = `.quick-input-list .monaco-list-row:has-text("${label}")`;
    await this.page.click(row);
  }

  /** The lines of ghost text, null where none is drawn. */
  ghost() {
    return this.page.evaluate(() => window.inkling.ghost());
  }

  /** Waits for ghost text and for all of it: the lines are not painted at once. */
  async ghostText(expected, limitS = patienceS) {
    let last;
    const shown = await until(
      `ghost text${expected === undefined ? "" : ` ${JSON.stringify(expected)}`}`,
      limitS,
      async () => {
        last = await this.ghost();
        return last !== null && (expected === undefined || last.join("\n") === expected) ? last : null;
      },
    ).catch((error) => {
      throw new Error(`${error.message}, shown: ${JSON.stringify(last)}`);
    });
    return shown.join("\n");
  }

  async noGhost(limitS = patienceS) {
    await until("the ghost text to go", limitS, async () => (await this.ghost()) === null);
  }

  /** Types until ghost text shows: in an editor that has just been made, the first keys may come too early. */
  async typeUntilGhost(text, expected, limitS = patienceS) {
    await this.type(text);
    await until("ghost text", limitS, async () => {
      const shown = await this.ghostText(expected, 2).catch(() => null);
      if (shown === null) {
        await this.press("Backspace");
        await this.type(text.slice(-1));
      }
      return shown;
    });
  }

  /** Records each frame's line with the cursor, ghost text and all, until told to stop. */
  async record() {
    await this.page.evaluate(() => window.inkling.record());
    return () => this.page.evaluate(() => window.inkling.stop());
  }

  /** How many frames were recorded so far. */
  frames() {
    return this.page.evaluate(() => window.inkling.frames());
  }

  async save(file, holds) {
    await this.press("Control+s");
    let text;
    await until(`the file to hold ${JSON.stringify(holds)}`, patienceS, () => {
      text = readFileSync(file, "utf8");
      return text === holds;
    }).catch((error) => {
      throw new Error(`${error.message}, it holds ${JSON.stringify(text)}`);
    });
  }

  /** The drawn lines of the editor in front, without ghost text. */
  lines() {
    return this.page.evaluate(() => window.inkling.lines());
  }

  /** Waits for the editor in front to draw lines that the probe accepts. */
  async linesShow(what, accepts) {
    let last;
    await until(`the lines to be ${what}`, patienceS, async () => {
      last = await this.lines();
      return accepts(last);
    }).catch((error) => {
      throw new Error(`${error.message}, they are ${JSON.stringify(last)}`);
    });
  }

  /** The status bar's item. */
  async status() {
    return (await this.#statuses()).at(-1);
  }

  /** All that it said since the window was loaded. */
  #statuses() {
    return this.page.evaluate(() => window.inkling.statuses());
  }

  /** Follows the status bar's item, from what it says now on, until told to stop. */
  async follow() {
    const before = (await this.#statuses()).length - 1;
    return async () => (await this.#statuses()).slice(before);
  }

  /** What the status bar's item says when the pointer rests on it. */
  async tooltip() {
    await this.page.hover('.statusbar-item:has-text("Inkling:") a');
    // What is said of something that the pointer rested on before may still be in sight.
    const hover = this.page.locator(".workbench-hover:visible", { hasText: /Click for (more|all)/ }).last();
    await hover.waitFor();
    return (await hover.innerText()).replaceAll("\u00a0", " ");
  }

  /** The rows of the menu that a click on the status bar shows; it stays open. */
  async menu() {
    await this.page.waitForSelector(".quick-input-list .monaco-list-row", { state: "hidden" });
    await this.clickStatus();
    await this.page.waitForSelector(".quick-input-list .monaco-list-row");
    return this.page.locator(".quick-input-list .monaco-list-row .quick-input-list-entry").allInnerTexts();
  }

  /** The notifications that are in sight. */
  toasts() {
    return this.page.locator(".notification-toast .notification-list-item-message").allInnerTexts();
  }

  /** Does something that changes the status bar; what it showed before is not taken for what it is to show. */
  async statusTurns(text, action) {
    const before = (await this.#statuses()).length;
    await action();
    await until("the status bar to change", patienceS, async () => (await this.#statuses()).length > before);
    await this.statusShows(text);
  }

  /** Starts the server anew, and waits for that one. */
  async restart(state = "ready") {
    await this.statusTurns(state, () => this.run("Inkling: Restart Server"));
  }

  async statusShows(text, limitS = patienceS) {
    let last;
    await until(`the status bar to show ${text}`, limitS, async () => {
      last = await this.status();
      return last?.includes(text);
    }).catch((error) => {
      throw new Error(`${error.message}, it shows ${last}`);
    });
  }

  /** The same for what may have passed by now: it counts from where `follow` began. */
  async statusShowed(text, said, limitS = patienceS) {
    let last;
    await until(`the status bar to have shown ${text}`, limitS, async () => {
      last = await said();
      return last.some((one) => one?.includes(text));
    }).catch((error) => {
      throw new Error(`${error.message}, it showed ${last?.join(" | ")}`);
    });
  }

  clickStatus() {
    return this.page.click('.statusbar-item:has-text("Inkling:") a');
  }

  /** Waits for a notification that says this; returns its text. */
  async notification(text, limitS = patienceS) {
    const selector = `.notification-toast:has-text("${text}")`;
    await this.page.waitForSelector(selector, { timeout: limitS * 1000 });
    return this.page.textContent(`${selector} .notification-list-item-message`);
  }

  /** Whether there is a notification that nobody has closed: one that goes out of sight by itself leaves a dot. */
  async hasNotification() {
    return (await this.toasts()).length > 0 || (await this.page.locator(".statusbar-item .codicon-bell-dot").count()) > 0;
  }

  /** Waits for all notifications to be closed. */
  async noNotification() {
    await until("no message to be left", patienceS, async () => !(await this.hasNotification()));
  }

  clickButton(label) {
    return this.page.click(`.notification-toast .monaco-button:has-text("${label}")`);
  }

  async dismissNotifications() {
    await this.run("Notifications: Clear All Notifications");
  }

  /** The text of a page that the extension shows. */
  async webview(title, { has = "", limitS = patienceS } = {}) {
    await this.page.waitForSelector(`.tab.active:has-text("${title}")`, { timeout: limitS * 1000 });
    return until(`the page ${title}`, limitS, async () => {
      for (const frame of this.page.frames()) {
        const heading = (text) => (document.querySelector("h1")?.textContent === text ? document.body.innerText : null);
        const text = frame === this.page.mainFrame() ? null : await frame.evaluate(heading, title).catch(() => null);
        if (text?.includes(has)) {
          return text;
        }
      }
      return null;
    });
  }

  /** A picture of a window that is high enough for a page. */
  async tallPicture(file) {
    const before = this.page.viewportSize();
    await this.page.setViewportSize({ ...before, height: 860 });
    await this.picture(file);
    await this.page.setViewportSize(before);
  }

  async picture(file, options = {}) {
    await sleep(300); // fonts and shadows
    await this.page.screenshot({ path: file, ...options });
  }
}

/** Runs in the window: what is drawn, now and in each frame. */
function keepTrack() {
  const own = (span) => span.textContent.replaceAll("\u00a0", " ");
  const join = (spans) => spans.map(own).join("");
  const active = () => document.querySelector(".editor-group-container.active .monaco-editor") ?? document;
  const find = (selector) => [...active().querySelectorAll(selector)];
  const ordered = () =>
    find(".view-lines > .view-line").sort((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top));
  const statusBar = document.querySelector(".part.statusbar");
  const status = () => {
    const items = [...statusBar.querySelectorAll(".statusbar-item")];
    return items.find((item) => item.textContent.includes("Inkling:"))?.textContent.trim() ?? null;
  };
  const statuses = [status()];
  new MutationObserver(() => {
    if (status() !== statuses.at(-1)) {
      statuses.push(status());
    }
  }).observe(statusBar, { subtree: true, childList: true, characterData: true });
  const isGhost = (span) => /ghost-text/.test(span.className);
  let frames;
  window.inkling = {
    // What stands after the cursor, and the lines below it that are not blank.
    ghost() {
      const first = join(find(".view-lines .ghost-text-decoration, .view-lines .ghost-text-decoration-preview"));
      const below = new Map();
      for (const span of find(".ghost-text:not(.ghost-text-decoration)").filter((one) => !one.closest(".view-lines > .view-line"))) {
        below.set(span.parentElement, [...(below.get(span.parentElement) ?? []), span]);
      }
      const lines = [first, ...[...below.values()].map(join).filter((line) => line.trim() !== "")];
      return lines.every((line) => line === "") ? null : lines;
    },
    statuses: () => statuses,
    lines: () =>
      ordered().map((line) => {
        const spans = [...line.querySelectorAll("span > span")];
        return spans.length === 0 ? own(line) : join(spans.filter((span) => !isGhost(span)));
      }),
    record() {
      const mine = [];
      frames = mine;
      const next = () => {
        if (frames === mine) {
          mine.push({ ghost: window.inkling.ghost(), lines: ordered().map(own) });
          requestAnimationFrame(next);
        }
      };
      next();
    },
    frames: () => frames.length,
    stop() {
      const recorded = frames;
      frames = undefined;
      return recorded;
    },
  };
}
