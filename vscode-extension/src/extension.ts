import { performance } from "node:perf_hooks";
import { commands, window, workspace, type ExtensionContext } from "vscode";
import { onDidRest } from "./cursor";
import { Environment } from "./environment";
import { Inkling } from "./inkling";
import { showMenu, why } from "./menu";
import { showDoctor, showStatistics } from "./pages";
import { installServer, offerModel, offerServer, offerUpdate, pullModel } from "./setup";
import { chooseSnooze, toggle, toggleLanguage } from "./wishes";

let inkling: Inkling | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const began = performance.now();
  const log = window.createOutputChannel("Inkling", { log: true });
  const wheels = context.asAbsolutePath("dist/server");
  const environment = new Environment(context.globalStorageUri.fsPath, wheels, process.platform === "win32");
  const started = new Inkling(log, environment, {
    missing: (missing) => void offerServer(started, missing),
    outdated: () => void offerUpdate(started),
    noModel: () => void offerModel(started),
  });
  inkling = started;

  const run: Readonly<Record<string, () => unknown>> = {
    dismiss: () => {
      started.server?.dismissed();
      return commands.executeCommand("editor.action.inlineSuggest.hide");
    },
    installServer: () => installServer(started),
    menu: () => showMenu(started),
    pullModel: () => pullModel(started),
    restart: () => started.restart(),
    runDoctor: () => showDoctor(started),
    showLog: () => {
      log.show();
    },
    showStatistics: () => showStatistics(started),
    snooze: () => chooseSnooze(started),
    toggle: () => toggle(started),
    toggleLanguage: () => toggleLanguage(started),
    why: () => window.showInformationMessage(`Inkling: ${why(started)}`),
  };
  context.subscriptions.push(
    log,
    started,
    ...Object.entries(run).map(([name, action]) => commands.registerCommand(`inkling.${name}`, action)),
    onDidRest((document, position) => started.server?.cursorRests(document, position)),
    workspace.onDidChangeTextDocument((change) => started.server?.textChanged(change)),
    window.onDidChangeActiveTextEditor(() => {
      started.draw();
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("inkling.command")) {
        void started.restart();
      } else if (change.affectsConfiguration("inkling")) {
        started.wishesChanged();
      }
    }),
  );
  await started.restart();
  log.info(`activated in ${(performance.now() - began).toFixed(0)} ms`);
}

export async function deactivate(): Promise<void> {
  await inkling?.stop();
}
