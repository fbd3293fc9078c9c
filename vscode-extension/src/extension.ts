import * as path from "node:path";
import { performance } from "node:perf_hooks";
import { commands, window, workspace, type ExtensionContext } from "vscode";
import { Context, scheme } from "./context";
import { onDidRest } from "./cursor";
import { Environment } from "./environment";
import { Inkling } from "./inkling";
import { showKeys, showMenu, showWhy } from "./menu";
import { showDoctor, showStatistics } from "./pages";
import { ownOptionNames } from "./protocol";
import { SharedPull } from "./pulling";
import { installServer, offerModel, offerServer, offerUpdate, onPullElsewhere, openSettings, pullDeepModel, pullModel } from "./setup";
import { tryIt } from "./try";
import { chooseSnooze, toggle, toggleLanguage } from "./wishes";

let inkling: Inkling | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const began = performance.now();
  const log = window.createOutputChannel("Inkling", { log: true });
  const wheels = context.asAbsolutePath("dist/server");
  const environment = new Environment(context.globalStorageUri.fsPath, wheels, process.platform === "win32");
  const pull = new SharedPull(path.join(context.globalStorageUri.fsPath, "pulling"));
  const started = new Inkling(log, environment, pull, {
    missing: (missing) => void offerServer(started, missing),
    outdated: () => void offerUpdate(started),
    noModel: () => void offerModel(started),
  });
  inkling = started;
  const seen = new Context();
  const { id } = context.extension;
  const { version } = context.extension.packageJSON as { version: string };

  const run: Readonly<Record<string, () => unknown>> = {
    dismiss: () => {
      started.server?.dismissed();
      return commands.executeCommand("editor.action.inlineSuggest.hide");
    },
    installServer: () => installServer(started),
    menu: () => showMenu(started),
    openSettings: () => openSettings(id, started.front.status.state),
    openWalkthrough: async () => {
      started.tellWalkthrough(true);
      await commands.executeCommand("workbench.action.openWalkthrough", `${id}#start`, false);
      started.tellWalkthrough();
    },
    pullDeepModel: () => pullDeepModel(started),
    pullModel: () => pullModel(started),
    restart: () => started.restart(),
    runDoctor: () => showDoctor(started, `inkling-vscode/${version}`),
    showContext: () => seen.show(started),
    showKeys: () => showKeys(),
    showLog: () => {
      log.show();
    },
    showStatistics: () => showStatistics(started),
    snooze: () => chooseSnooze(started),
    stopPull: () => {
      started.work?.stop?.();
    },
    toggle: () => toggle(started),
    toggleLanguage: () => toggleLanguage(started),
    tryIt: () => tryIt(),
    why: () => showWhy(started),
  };
  const draw = () => {
    started.draw();
  };
  context.subscriptions.push(
    log,
    started,
    ...Object.entries(run).map(([name, action]) => commands.registerCommand(`inkling.${name}`, action)),
    workspace.registerTextDocumentContentProvider(scheme, seen),
    onPullElsewhere(started),
    onDidRest((document, position) => started.server?.cursorRests(document, position)),
    workspace.onDidChangeTextDocument((change) => started.server?.textChanged(change)),
    window.onDidChangeVisibleTextEditors(() => {
      started.shown();
    }),
    workspace.onDidOpenTextDocument(() => {
      started.shown();
      draw(); // its language may have changed: then it is closed and opened
    }),
    workspace.onDidCloseTextDocument((document) => {
      started.closed(document);
    }),
    window.onDidChangeActiveTextEditor(draw),
    window.onDidChangeActiveNotebookEditor(draw),
    window.onDidChangeNotebookEditorSelection(draw),
    window.onDidChangeVisibleNotebookEditors(() => {
      started.shown();
    }),
    workspace.onDidChangeConfiguration((change) => {
      // What is the person's alone the server takes when it starts.
      if (["command", ...ownOptionNames].some((name) => change.affectsConfiguration(`inkling.${name}`))) {
        void started.restart();
      } else if (change.affectsConfiguration("inkling")) {
        started.wishesChanged();
      }
    }),
  );
  draw();
  await started.restart();
  log.info(`activated in ${(performance.now() - began).toFixed(0)} ms`);
}

export async function deactivate(): Promise<void> {
  await inkling?.stop();
}
