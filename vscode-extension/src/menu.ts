// What a click on the status bar shows: why nothing was shown, and what can be done.

import { commands, QuickPickItemKind, window, type QuickPickItem } from "vscode";
import type { Inkling } from "./inkling";
import { milliseconds, whyNothing, type Status } from "./status";

interface Entry extends QuickPickItem {
  readonly run?: string;
}

/** In a sentence: why nothing was shown last, or that something was. */
export function why({ status, silence }: Pick<Inkling, "status" | "silence">): string {
  const reason = whyNothing(status, silence);
  if (reason !== null) {
    return reason;
  }
  return status.latencyMs === null ? "Nothing was asked for yet." : "The last request brought a suggestion.";
}

export async function showMenu(inkling: Inkling): Promise<void> {
  const chosen = await window.showQuickPick(entries(inkling), { title: titleOf(inkling.status) });
  if (chosen?.run !== undefined) {
    await commands.executeCommand(chosen.run);
  }
}

function titleOf({ state, model, latencyMs }: Status): string {
  const latency = latencyMs === null ? null : `last answer after ${milliseconds(latencyMs)}`;
  return ["Inkling", state.replaceAll("-", " "), model, latency].filter((part) => part !== null).join(" · ");
}

function entries(inkling: Inkling): Entry[] {
  const { status, wishes, language } = inkling;
  const offers: Entry[] = [];
  if (status.state === "not-installed") {
    offers.push({ label: "$(cloud-download) Install the server…", run: "inkling.installServer" });
  }
  if (status.state === "no-model") {
    offers.push({ label: "$(cloud-download) Pull the model", run: "inkling.pullModel" });
  }
  const languageOff = language !== undefined && wishes.disabledLanguages.includes(language);
  return [
    { label: `$(info) ${why(inkling)}`, run: "inkling.why" },
    ...offers,
    { label: "", kind: QuickPickItemKind.Separator },
    { label: wishes.enabled ? "$(circle-slash) Turn off" : "$(check) Turn on", run: "inkling.toggle" },
    ...(language === undefined
      ? []
      : [
          {
            label: languageOff ? `$(check) Turn on for ${language}` : `$(circle-slash) Turn off for ${language}`,
            run: "inkling.toggleLanguage",
          },
        ]),
    { label: wishes.snoozedUntil === undefined ? "$(clock) Snooze…" : "$(clock) Snooze is on…", run: "inkling.snooze" },
    { label: "", kind: QuickPickItemKind.Separator },
    { label: "$(graph) Statistics", run: "inkling.showStatistics" },
    { label: "$(pulse) Run the doctor", run: "inkling.runDoctor" },
    { label: "$(output) Show the log", run: "inkling.showLog" },
    { label: "$(debug-restart) Restart the server", run: "inkling.restart" },
  ];
}
