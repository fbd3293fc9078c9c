// What happens once, with the person's consent: the server's environment is made, the model pulled.

import { homedir } from "node:os";
import { commands, ProgressLocation, window, workspace, type CancellationToken, type Progress } from "vscode";
import { isExecutable, onPath, type Missing } from "./command";
import type { Inkling } from "./inkling";
import { progressReader } from "./pull";
import { findPython, pythonProblem } from "./python";
import { run, type Watching } from "./run";
import { own } from "./status";

const openSettings = "Open Settings";
const showLog = "Show Log";

/** Says that there is no server, and how to get one; where nothing was named, offers to install it. */
export async function offerServer(inkling: Inkling, { problem, installable }: Missing): Promise<void> {
  if (!installable) {
    if ((await window.showErrorMessage(`Inkling: ${problem}`, openSettings)) === openSettings) {
      await commands.executeCommand("workbench.action.openSettings", "inkling.command");
    }
    return;
  }
  const install = "Install Server";
  const choice = await window.showInformationMessage(
    "Inkling needs its server, a Python program, which is not on this machine. Install it into an environment of " +
      "its own, in this extension's storage? Its packages come from your Python package index and take about 250 MB. " +
      "Or install it yourself: `pipx install .` in a copy of Inkling's source, or set `inkling.command`.",
    install,
    openSettings,
  );
  if (choice === install) {
    await installServer(inkling);
  } else if (choice === openSettings) {
    await commands.executeCommand("workbench.action.openSettings", "inkling.command");
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

export async function installServer(inkling: Inkling): Promise<void> {
  const before = inkling.status;
  inkling.report(own("installing", "The server is being installed."));
  const done = await inProgress(inkling, "Inkling: installing the server", async (progress, watching) => {
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
  });
  if (done) {
    await inkling.restart();
  } else {
    inkling.report(before);
  }
}

export async function offerModel(inkling: Inkling): Promise<void> {
  const pull = "Pull Model";
  const question =
    "Inkling has no model on this machine yet. Pull it now? It is downloaded once (0.5 GB for the default model), " +
    "checked, and then works offline.";
  if ((await window.showInformationMessage(question, pull)) === pull) {
    await pullModel(inkling);
  }
}

export async function pullModel(inkling: Inkling): Promise<void> {
  const command = inkling.command;
  if (command === undefined) {
    void window.showErrorMessage(`Inkling: ${inkling.status.reason ?? "there is no server yet."}`);
    return;
  }
  const named = workspace.getConfiguration("inkling").get<string | null>("model") ?? "";
  const words = [...command.args, "model", "pull", ...(named === "" ? [] : [named]), "--progress-json"];
  const done = await inProgress(inkling, "Inkling: pulling the model", async (progress, watching) => {
    const read = progressReader();
    const { status, stderr } = await run(command.program, words, {
      ...watching,
      onLine: (line) => {
        const step = read(line);
        if (step !== undefined) {
          progress.report(step);
        } else {
          inkling.log.info(line);
        }
      },
    });
    if (status !== 0) {
      throw new Error(stderr.trim().split("\n").at(-1) ?? "the model was not pulled");
    }
  });
  if (done) {
    await inkling.restart();
  }
}

/** Runs a task behind a progress bar with Cancel; says so when it fails. Whether it was done. */
async function inProgress(
  inkling: Inkling,
  title: string,
  task: (progress: Progress<{ message?: string; increment?: number }>, watching: Watching) => Promise<void>,
): Promise<boolean> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(options, async (progress, token) => {
    try {
      await task(progress, { signal: signalOf(token) });
      return true;
    } catch (error) {
      if (!token.isCancellationRequested) {
        const reason = error instanceof Error ? error.message : String(error);
        inkling.log.error(`${title}: ${reason}`);
        void window.showErrorMessage(`${title} failed: ${reason}`, showLog).then((choice) => {
          if (choice === showLog) {
            inkling.log.show();
          }
        });
      }
      return false;
    }
  });
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}
