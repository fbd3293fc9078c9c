// Pages beside the editors: the statistics, and what the doctor found.

import { randomBytes } from "node:crypto";
import { commands, ProgressLocation, ViewColumn, window, type WebviewPanel } from "vscode";
import { doctorPage } from "./doctor";
import type { Inkling } from "./inkling";
import { page } from "./page";
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

/** Opens the page at once, since looking takes a while; `client` is this extension as NAME/VERSION. */
export async function showDoctor({ command, log, namedModel }: Inkling, client: string): Promise<void> {
  if (command === undefined) {
    await commands.executeCommand("inkling.why");
    return;
  }
  const title = "Inkling: Doctor";
  const panel = show("inkling.doctor", title, page(title, "Looking at this machine. That takes some seconds…", [], nonce()));
  const closed = new AbortController();
  panel.onDidDispose(() => {
    closed.abort();
  });
  const words = [...command.args, "doctor", "--json", "--client", client, ...(namedModel === "" ? [] : ["--model", namedModel])];
  try {
    // An exit status other than 0 only says that a check failed; the page says which.
    const looking = run(command.program, words, { signal: closed.signal });
    const { stdout, stderr } = await window.withProgress({ location: ProgressLocation.Window, title }, () => looking);
    const html = doctorPage(stdout, nonce());
    if (html === undefined) {
      throw new Error(stderr);
    }
    panel.webview.html = html;
  } catch (error) {
    if (closed.signal.aborted) {
      return;
    }
    log.error(`doctor: ${String(error)}`);
    panel.webview.html = page(title, "`inkling doctor` did not answer as expected; the log has what it said.", [], nonce());
  }
}

/** One page of each kind: showing it again brings it up to date. */
function show(kind: string, title: string, html: string): WebviewPanel {
  let panel = open.get(kind);
  if (panel === undefined) {
    panel = window.createWebviewPanel(kind, title, ViewColumn.Active, { enableScripts: false, localResourceRoots: [] });
    panel.onDidDispose(() => open.delete(kind));
    open.set(kind, panel);
  } else {
    panel.reveal();
  }
  panel.webview.html = html;
  return panel;
}

function nonce(): string {
  return randomBytes(16).toString("base64url");
}
