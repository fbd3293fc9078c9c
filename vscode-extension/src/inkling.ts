// The server that runs, whether it is asked, and what the status bar says of it.

import { homedir } from "node:os";
import {
  commands,
  languages,
  StatusBarAlignment,
  ThemeColor,
  window,
  workspace,
  type LogOutputChannel,
  type TextDocument,
} from "vscode";
import { findCommand, isExecutable, type Command, type Missing } from "./command";
import type { Environment } from "./environment";
import { optionsFrom, type Options } from "./options";
import { serially } from "./serial";
import { documentSelector, type Server } from "./server";
import { silenceIn, type Wishes } from "./silence";
import { Snooze } from "./snooze";
import { own, viewOf, type Silence, type Status } from "./status";
import { Supervisor } from "./supervisor";

/** What the person may want to be asked about. */
export interface Events {
  readonly missing: (missing: Missing) => void;
  readonly outdated: () => void;
  readonly noModel: () => void;
}

export class Inkling {
  readonly log: LogOutputChannel;
  readonly environment: Environment;
  readonly snooze: Snooze;
  /** Ends the server if one runs, looks for the command anew, and starts it. */
  readonly restart: () => Promise<void>;
  readonly #events: Events;
  readonly #item = window.createStatusBarItem("inkling.status", StatusBarAlignment.Right);
  #command: Command | undefined;
  #supervisor: Supervisor | undefined;
  #status = own("starting");

  constructor(log: LogOutputChannel, environment: Environment, events: Events) {
    this.log = log;
    this.environment = environment;
    this.#events = events;
    this.snooze = new Snooze(() => {
      this.wishesChanged();
    });
    this.restart = serially(() => this.#restart());
    this.#item.name = "Inkling";
    this.#item.command = "inkling.menu";
  }

  /** What is run, without a subcommand; undefined where there is nothing to run. */
  get command(): Command | undefined {
    return this.#command;
  }

  /** The server, while one runs. */
  get server(): Server | undefined {
    return this.#supervisor?.server;
  }

  get status(): Status {
    return this.#status;
  }

  get wishes(): Wishes {
    const settings = workspace.getConfiguration("inkling");
    return {
      enabled: settings.get("enabled", true),
      disabledLanguages: settings.get<string[]>("disabledLanguages", []),
      snoozedUntil: this.snooze.until,
    };
  }

  /** The language of the editor in front, if it is one of Inkling's. */
  get language(): string | undefined {
    const document = window.activeTextEditor?.document;
    return document !== undefined && languages.match(documentSelector, document) > 0 ? document.languageId : undefined;
  }

  get silence(): Silence | undefined {
    return silenceIn(this.language, this.wishes);
  }

  /** The server is told; nothing restarts, and what is drawn but no longer wanted goes. */
  wishesChanged(): void {
    this.server?.optionsChanged();
    this.draw();
    if (this.silence !== undefined) {
      void commands.executeCommand("editor.action.inlineSuggest.hide");
    }
  }

  /** Shows another state than the server's own, such as that it is being installed. */
  report(status: Status): void {
    // The reason may change with every key: the log tells it with a new state only.
    if (status.state !== this.#status.state) {
      this.log.info(`state: ${status.state}${status.reason === null ? "" : ` (${status.reason})`}`);
      if (status.state === "no-model") {
        this.#events.noModel();
      }
    }
    this.#status = status;
    this.draw();
  }

  draw(): void {
    const view = viewOf(this.#status, this.silence);
    this.#item.text = view.text;
    this.#item.tooltip = view.tooltip;
    this.#item.backgroundColor =
      view.severity === "none" ? undefined : new ThemeColor(`statusBarItem.${view.severity}Background`);
    this.#item.show();
  }

  async stop(): Promise<void> {
    await this.#supervisor?.stop();
    this.#supervisor = undefined;
  }

  dispose(): void {
    this.snooze.dispose();
    this.#item.dispose();
  }

  async #restart(): Promise<void> {
    await this.stop();
    const privately = await this.environment.find();
    const found = findCommand(workspace.getConfiguration("inkling").get("command"), {
      pathVariable: process.env["PATH"] ?? "",
      home: homedir(),
      workspaceFolder: workspace.workspaceFolders?.[0]?.uri.fsPath,
      windows: process.platform === "win32",
      privateProgram: privately?.program,
      isExecutable,
    });
    if ("problem" in found) {
      this.#command = undefined;
      this.report(own(found.installable ? "not-installed" : "not-found", found.problem));
      this.#events.missing(found);
      return;
    }
    this.#command = found;
    if (found.program === privately?.program && !privately.current) {
      this.#events.outdated();
    }
    this.log.info(`command: ${[found.program, ...found.args].join(" ")}`);
    this.#status = own("starting");
    const supervisor = new Supervisor(found, {
      log: this.log,
      options: () => this.#options(),
      wanted: (document: TextDocument) => silenceIn(document.languageId, this.wishes) === undefined,
      report: (status) => {
        if (this.#supervisor === supervisor) {
          this.report(status);
        }
      },
    });
    this.#supervisor = supervisor;
    // Not awaited: it runs until it is stopped.
    void supervisor.run();
  }

  #options(): Options {
    const settings = workspace.getConfiguration("inkling");
    const options = optionsFrom((name) => settings.get(name));
    // A snoozed server needs not know why it is not wanted.
    return this.snooze.until === undefined ? options : { ...options, enabled: false };
  }
}
