import { homedir } from "node:os";
import { commands, StatusBarAlignment, ThemeColor, window, workspace, type ExtensionContext } from "vscode";
import { findCommand, isExecutable } from "./command";
import { onDidRest } from "./cursor";
import { optionsFrom } from "./options";
import { serially } from "./serial";
import { Server } from "./server";
import { viewOf, type Status } from "./status";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Inkling", { log: true });
  const item = window.createStatusBarItem("inkling.status", StatusBarAlignment.Right);
  item.name = "Inkling";
  item.command = "inkling.showLog";

  let logged: string | undefined;
  const show = (status: Status): void => {
    const view = viewOf(status);
    item.text = view.text;
    item.tooltip = view.tooltip;
    item.backgroundColor =
      view.severity === "none" ? undefined : new ThemeColor(`statusBarItem.${view.severity}Background`);
    item.show();
    // The reason may change with every key: the log tells it with a new state only.
    if (status.state !== logged) {
      logged = status.state;
      log.info(`state: ${status.state}${status.reason === null ? "" : ` (${status.reason})`}`);
    }
  };

  const restart = serially(async () => {
    await server?.stop();
    server = undefined;
    const settings = workspace.getConfiguration("inkling");
    const found = findCommand(settings.get("command"), {
      pathVariable: process.env["PATH"] ?? "",
      home: homedir(),
      workspaceFolder: workspace.workspaceFolders?.[0]?.uri.fsPath,
      windows: process.platform === "win32",
      isExecutable,
    });
    if (typeof found === "string") {
      show({ state: "not-found", model: null, reason: found });
      void offerSettings(found);
      return;
    }
    log.info(`command: ${[found.program, ...found.args].join(" ")}`);
    server = new Server(
      found,
      optionsFrom((name) => settings.get(name)),
      log,
      show,
    );
    const starting = server;
    // Not awaited: a server that hangs must not keep Restart from replacing it.
    void starting.start().then(() => {
      const editor = window.activeTextEditor;
      if (editor !== undefined) {
        starting.cursorRests(editor.document, editor.selection.active);
      }
    });
  });

  context.subscriptions.push(
    log,
    item,
    commands.registerCommand("inkling.restart", restart),
    commands.registerCommand("inkling.showLog", () => {
      log.show();
    }),
    onDidRest((document, position) => server?.cursorRests(document, position)),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("inkling")) {
        void restart();
      }
    }),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

async function offerSettings(problem: string): Promise<void> {
  const openSettings = "Open Settings";
  const choice = await window.showErrorMessage(`Inkling: ${problem}`, openSettings);
  if (choice === openSettings) {
    await commands.executeCommand("workbench.action.openSettings", "inkling.command");
  }
}
