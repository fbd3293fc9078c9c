// What a click on the status bar shows: why nothing was shown, and what can be done.

import { commands, QuickPickItemKind, window, type QuickPickItem } from "vscode";
import type { Inkling } from "./inkling";
import { keysOn } from "./keys";
import { nameOf } from "./language";
import { milliseconds, stateOf, why, type Front } from "./status";
import { twoLines } from "./wrap";

interface Entry extends QuickPickItem {
  readonly run?: string;
}

/** So many characters of a row are seen in a window of 800 pixels. */
const rowWidth = 72;

/** Says why, with what can be done about it. */
export async function showWhy({ front }: Inkling): Promise<void> {
  const titles = front.offers.map(({ title }) => title);
  const chosen = await window.showInformationMessage(`Inkling: ${why(front)}`, ...titles);
  const offer = front.offers.find(({ title }) => title === chosen);
  if (offer !== undefined) {
    await commands.executeCommand(offer.command);
  }
}

export async function showMenu(inkling: Inkling): Promise<void> {
  const chosen = await window.showQuickPick(entries(inkling), { title: titleOf(inkling.front) });
  if (chosen?.run !== undefined) {
    await commands.executeCommand(chosen.run);
  }
}

/** Lists the keys; picking one shows it where it can be changed. */
export async function showKeys(): Promise<void> {
  const rows = keysOn(process.platform === "darwin").map(({ key, does, command }) => ({
    label: does,
    description: key,
    command,
  }));
  const options = { title: "Inkling: keys, as they are at first", placeHolder: "Pick one to see or change it in Keyboard Shortcuts" };
  const chosen = await window.showQuickPick(rows, options);
  if (chosen !== undefined) {
    await commands.executeCommand("workbench.action.openGlobalKeybindings", `@command:${chosen.command}`);
  }
}

function titleOf(front: Front): string {
  const { model, host, latencyMs } = front.status;
  const latency = latencyMs === null || front.silence !== undefined ? null : `last answer after ${milliseconds(latencyMs)}`;
  return ["Inkling", stateOf(front), model, host === null ? null : `sends to ${host}`, latency].filter((part) => part !== null).join(" · ");
}

function entries(inkling: Inkling): Entry[] {
  const { front, wishes, language } = inkling;
  const [first, second] = twoLines(why(front), rowWidth);
  const languageOff = language !== undefined && wishes.disabledLanguages.includes(language);
  const separator = { label: "", kind: QuickPickItemKind.Separator };
  return [
    { label: `$(info) ${first}`, ...(second === "" ? {} : { detail: second }), run: "inkling.why" },
    ...front.offers.map(({ title, icon, command }) => ({ label: `$(${icon}) ${title}`, run: command })),
    separator,
    { label: wishes.enabled ? "$(circle-slash) Turn off" : "$(check) Turn on", run: "inkling.toggle" },
    ...(language === undefined
      ? []
      : [
          {
            label: `${languageOff ? "$(check) Turn on" : "$(circle-slash) Turn off"} for ${nameOf(language)}`,
            run: "inkling.toggleLanguage",
          },
        ]),
    { label: wishes.snoozedUntil === undefined ? "$(clock) Snooze…" : "$(clock) Snooze is on…", run: "inkling.snooze" },
    separator,
    { label: "$(keyboard) Keys", run: "inkling.showKeys" },
    { label: "$(gear) Settings", run: "inkling.openSettings" },
    { label: "$(mortar-board) Getting started", run: "inkling.openWalkthrough" },
    separator,
    { label: "$(eye) What the model sees here", run: "inkling.showContext" },
    { label: "$(graph) Statistics", run: "inkling.showStatistics" },
    { label: "$(pulse) Run the doctor", run: "inkling.runDoctor" },
    { label: "$(output) Show the log", run: "inkling.showLog" },
    { label: "$(debug-restart) Restart the server", run: "inkling.restart" },
  ];
}
