// Pages beside the editors: the statistics, and what the doctor found.

import { randomBytes } from "node:crypto";
import { ViewColumn, window, type WebviewPanel } from "vscode";
import { doctorPage } from "./doctor";
import type { Inkling } from "./inkling";
import { run } from "./run";
import { statisticsPage } from "./statistics";

const open = new Map<string, WebviewPanel>();

export async function showStatistics({ server }: Inkling): Promise<void> {
  if (server === undefined) {
    void window.showInformationMessage("Inkling: the server is not running, so there is nothing to count.");
    return;
  }
  show("inkling.statistics", "Inkling: Statistics", statisticsPage(await server.statistics(), nonce()));
}

export async function showDoctor({ command, log, status }: Inkling): Promise<void> {
  if (command === undefined) {
    void window.showErrorMessage(`Inkling: ${status.reason ?? "there is no server yet."}`);
    return;
  }
  // An exit status other than 0 only says that a check failed; the page says which.
  const { stdout, stderr } = await run(command.program, [...command.args, "doctor", "--json"]);
  const html = doctorPage(stdout, nonce());
  if (html === undefined) {
    log.error(`doctor: ${stderr}`);
    void window.showErrorMessage("Inkling: `inkling doctor` did not answer as expected; see the log.");
    return;
  }
  show("inkling.doctor", "Inkling: Doctor", html);
}

/** One page of each kind: showing it again brings it up to date. */
function show(kind: string, title: string, html: string): void {
  let panel = open.get(kind);
  if (panel === undefined) {
    panel = window.createWebviewPanel(kind, title, ViewColumn.Active, { enableScripts: false, localResourceRoots: [] });
    panel.onDidDispose(() => open.delete(kind));
    open.set(kind, panel);
  } else {
    panel.reveal();
  }
  panel.webview.html = html;
}

function nonce(): string {
  return randomBytes(16).toString("base64url");
}
