// What happens once, with the person's consent: the server's environment is made, the model pulled.

import { homedir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { commands, ConfigurationTarget, Disposable, ProgressLocation, window, workspace, type Progress } from "vscode";
import { isExecutable, onPath, type Missing } from "./command";
import type { Inkling, Work } from "./inkling";
import { stepFrom } from "./pull";
import { findPython, pythonProblem } from "./python";
import { run, type Watching } from "./run";
import { why } from "./status";

/** How often a window looks how far another one's pull is. */
const lookMs = 500;

/** Offers to install the server where nothing else was named. A wrong setting is shown by the status alone. */
export async function offerServer(inkling: Inkling, { installable }: Missing): Promise<void> {
  if (!installable || inkling.work !== undefined) {
    return;
  }
  const install = "Install Server";
  const settings = "Open Settings";
  const choice = await window.showInformationMessage(
    "Inkling needs its server, a Python program, which is not on this machine. Install it into an environment of " +
      "its own, in this extension's storage? Its packages come from your Python package index and take about 250 MB. " +
      "Or name one that is there already in the settings.",
    install,
    settings,
  );
  if (choice === install && inkling.command === undefined) {
    await installServer(inkling);
  } else if (choice === settings) {
    await commands.executeCommand("inkling.openSettings");
  }
}

/** After an update of the extension: the server of the old one still runs. */
export async function offerUpdate(inkling: Inkling): Promise<void> {
  const update = "Update Server";
  const question = "Inkling: this version of the extension brings a newer server. Update the one it installed?";
  if ((await window.showInformationMessage(question, update)) === update) {
    await installServer(inkling);
  }
}

/** Shows the extension's settings; where the program is what is missing, that one. */
export async function openSettings(extension: string, state: string): Promise<void> {
  const one = state === "not-installed" || state === "not-found";
  await commands.executeCommand("workbench.action.openSettings", one ? "inkling.command" : `@ext:${extension}`);
}

export async function installServer(inkling: Inkling): Promise<void> {
  const ended = await atWork(inkling, "installing", "Inkling: installing the server", async (progress, watching) => {
    progress.report({ message: "looking for Python" });
    const python = await findPython((name) =>
      onPath(name, {
        pathVariable: process.env["PATH"] ?? "",
        home: homedir(),
        windows: process.platform === "win32",
        isExecutable,
      }),
    );
    if (python === undefined) {
      throw new Error(pythonProblem);
    }
    progress.report({ message: `making an environment with ${python}` });
    await inkling.environment.install(python, {
      ...watching,
      onLine: (line) => {
        inkling.log.info(line);
        const doing = /^(?:Collecting|Downloading|Installing collected) \S+/.exec(line)?.[0];
        if (doing !== undefined) {
          progress.report({ message: doing });
        }
      },
    });
    if (inkling.misnamed) {
      await clearCommand();
    }
    await inkling.restart();
  });
  if (ended.how === "failed") {
    offerAgain(`the server was not installed: ${ended.reason}`, () => installServer(inkling));
  }
}

/** Pulls go on that a closed window left undone; else one is offered. */
export async function offerModel(inkling: Inkling): Promise<void> {
  if (inkling.pull.isWanted) {
    if (inkling.pull.elsewhere !== undefined || (await inkling.pull.take())) {
      await pullModel(inkling);
    }
    return;
  }
  const pull = "Pull Model";
  const question =
    "Inkling has no model on this machine yet. Pull it now? It is downloaded once (0.5 GB for the default model), " +
    "checked, and then works offline.";
  if ((await window.showInformationMessage(question, pull)) === pull) {
    await pullModel(inkling);
  }
}

/** Pulls the model that the settings name; where another window is at it, this one shows how far that is. */
export async function pullModel(inkling: Inkling): Promise<void> {
  if (inkling.pull.elsewhere !== undefined) {
    await followElsewhere(inkling);
    return;
  }
  const ended = await pullNamed(inkling, inkling.namedModel, {
    title: "Inkling: pulling the model",
    reached: (percent) => inkling.pull.reached(percent),
    done: () => inkling.pull.end(), // before anybody sees that it is done, and may close the window
  });
  if (ended.how === "busy") {
    return;
  }
  if (ended.how === "left") {
    inkling.pull.leave(); // the next window goes on
    return;
  }
  await inkling.pull.end();
  if (ended.how === "failed") {
    offerAgain(`the model was not pulled: ${ended.reason}`, () => pullModel(inkling));
  }
}

/** Pulls the deep model that the settings name; it ends with the window. */
export async function pullDeepModel(inkling: Inkling): Promise<void> {
  const title = "Inkling: pulling the deep model";
  const ended = await pullNamed(inkling, inkling.namedDeepModel, { title });
  if (ended.how === "failed") {
    offerAgain(`the deep model was not pulled: ${ended.reason}`, () => pullDeepModel(inkling));
  }
}

/** Pulls a model by its name, the default one where that is empty; a server that is started anew takes it up. */
async function pullNamed(
  inkling: Inkling,
  name: string,
  { title, reached, done }: { title: string; reached?: (percent: number) => Promise<void>; done?: () => Promise<void> },
): Promise<Ended> {
  const { command } = inkling;
  if (command === undefined) {
    void window.showWarningMessage(`Inkling: ${why(inkling.front)}`);
    return { how: "busy" };
  }
  const words = [...command.args, "model", "pull", ...(name === "" ? [] : [name]), "--progress-json"];
  return atWork(inkling, "pulling", title, async (progress, watching, draw) => {
    await reached?.(0);
    let drawn = 0;
    const { status, stderr } = await run(command.program, words, {
      ...watching,
      onLine: (line) => {
        const step = stepFrom(line);
        if (step === undefined) {
          inkling.log.info(line);
          return;
        }
        const increment = Math.max(0, step.percent - drawn);
        drawn += increment;
        progress.report({ message: step.message, increment });
        draw(drawn);
        void reached?.(drawn);
      },
    });
    if (status !== 0) {
      throw new Error(/^inkling: (.*?):?$/m.exec(stderr)?.[1] ?? "the log has what it said");
    }
    await done?.();
    await inkling.restart();
  });
}

/** Looks, while this window lacks a model, whether another one pulls it. */
export function onPullElsewhere(inkling: Inkling): Disposable {
  const timer = setInterval(() => {
    if (inkling.lacksModel && (inkling.pull.elsewhere !== undefined || inkling.pull.isLeft)) {
      void followElsewhere(inkling);
    }
  }, lookMs);
  return new Disposable(() => {
    clearInterval(timer);
  });
}

/** Shows another window's pull until it ends; what that leaves undone, because it was closed, this one does. */
async function followElsewhere(inkling: Inkling): Promise<void> {
  if (inkling.work !== undefined) {
    return;
  }
  for (let percent = inkling.pull.elsewhere; percent !== undefined; percent = inkling.pull.elsewhere) {
    inkling.work = { state: "pulling", percent };
    await sleep(lookMs);
  }
  if (await inkling.pull.take()) {
    inkling.work = undefined;
    await pullModel(inkling);
  } else if (inkling.work?.stop === undefined) {
    // Nor has this window begun a pull of its own meanwhile.
    await inkling.restart();
    inkling.work = undefined;
  }
}

type Ended =
  | { readonly how: "done" | "cancelled" }
  /** This extension ended meanwhile, or another task is at work. */
  | { readonly how: "left" | "busy" }
  | { readonly how: "failed"; readonly reason: string };

/** Runs a task behind a progress bar with Cancel, the status bar showing it too; one at a time. */
async function atWork(
  inkling: Inkling,
  state: Work["state"],
  title: string,
  task: (
    progress: Progress<{ message?: string; increment?: number }>,
    watching: Watching,
    reached: (percent: number) => void,
  ) => Promise<void>,
): Promise<Ended> {
  if (inkling.work !== undefined) {
    return { how: "busy" };
  }
  const cancelled = new AbortController();
  const stop = () => {
    cancelled.abort();
  };
  inkling.work = { state, percent: state === "pulling" ? 0 : null, stop };
  const signal = AbortSignal.any([cancelled.signal, inkling.leaving]);
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  try {
    return await window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(stop);
      await task(progress, { signal }, (percent) => {
        inkling.work = { state, percent, stop };
      });
      return { how: "done" };
    });
  } catch (error) {
    if (signal.aborted) {
      return { how: inkling.leaving.aborted ? "left" : "cancelled" };
    }
    const reason = error instanceof Error ? error.message : String(error);
    inkling.log.error(`${title}: ${reason}`);
    return { how: "failed", reason };
  } finally {
    inkling.work = undefined;
  }
}

/** A warning goes by itself after a while; an error would stay when all is well again. */
function offerAgain(failed: string, again: () => Promise<void>): void {
  const tryAgain = "Try Again";
  const showLog = "Show Log";
  void window.showWarningMessage(`Inkling: ${failed}`, tryAgain, showLog).then((choice) => {
    if (choice === tryAgain) {
      void again();
    } else if (choice === showLog) {
      void commands.executeCommand("inkling.showLog");
    }
  });
}

/** The setting named a program that is none: without it, the installed one is found. */
async function clearCommand(): Promise<void> {
  const settings = workspace.getConfiguration("inkling");
  const set = settings.inspect("command");
  for (const [target, value] of [
    [ConfigurationTarget.WorkspaceFolder, set?.workspaceFolderValue],
    [ConfigurationTarget.Workspace, set?.workspaceValue],
    [ConfigurationTarget.Global, set?.globalValue],
  ] as const) {
    if (value !== undefined) {
      await settings.update("command", undefined, target);
    }
  }
}
