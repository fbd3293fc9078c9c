// The commands that turn suggestions on and off.

import { ConfigurationTarget, window, workspace } from "vscode";
import type { Inkling } from "./inkling";

export async function toggle({ wishes }: Inkling): Promise<void> {
  await set("enabled", !wishes.enabled);
}

export async function toggleLanguage({ language, wishes }: Inkling): Promise<void> {
  if (language === undefined) {
    void window.showInformationMessage("Inkling: open a file that Inkling completes first.");
    return;
  }
  const others = wishes.disabledLanguages.filter((one) => one !== language);
  const off = others.length < wishes.disabledLanguages.length;
  await set("disabledLanguages", off ? others : [...others, language]);
}

export async function chooseSnooze({ snooze }: Inkling): Promise<void> {
  const lengths = [5, 15, 60].map((minutes) => ({ label: `${String(minutes)} minutes`, minutes }));
  const choices = snooze.until === undefined ? lengths : [{ label: "End the snooze", minutes: 0 }, ...lengths];
  const chosen = await window.showQuickPick(choices, { title: "Inkling: no suggestions for" });
  if (chosen === undefined) {
    return;
  }
  if (chosen.minutes === 0) {
    snooze.end();
  } else {
    snooze.start(chosen.minutes);
  }
}

/** Where the folder has a say already, there; else for the person. */
async function set(name: string, value: unknown): Promise<void> {
  const settings = workspace.getConfiguration("inkling");
  const inFolder = settings.inspect(name)?.workspaceValue !== undefined;
  await settings.update(name, value, inFolder ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}
