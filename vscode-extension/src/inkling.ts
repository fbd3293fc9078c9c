// The server that runs, whether it is asked, and what the status bar says of it.

import { homedir } from "node:os";
import {
  commands,
  MarkdownString,
  StatusBarAlignment,
  ThemeColor,
  window,
  workspace,
  type LogOutputChannel,
  type NotebookDocument,
  type TextDocument,
} from "vscode";
import { findCommand, isExecutable, type Command, type Missing } from "./command";
import type { Environment } from "./environment";
import { cellScheme, unserved, type Document } from "./front";
import { nameOf } from "./language";
import { asMarkdown } from "./markdown";
import { offersIn, type Offer } from "./offers";
import { optionsFrom, type Options } from "./options";
import type { SharedPull } from "./pulling";
import { serially } from "./serial";
import type { Server } from "./server";
import { silenceIn, type Wishes } from "./silence";
import { Snooze } from "./snooze";
import { own, viewOf, type Front, type Status } from "./status";
import { Supervisor } from "./supervisor";
import { Told } from "./told";

/** What the person may want to be asked about. */
export interface Events {
  readonly missing: (missing: Missing) => void;
  readonly outdated: () => void;
  readonly noModel: () => void;
}

/** Something that takes a while and that there is one of at a time; another window's cannot be stopped here. */
export interface Work {
  readonly state: "pulling" | "installing";
  readonly percent: number | null;
  readonly stop?: () => void;
}

const waits = "The server starts with the first file that Inkling completes.";

export class Inkling {
  readonly log: LogOutputChannel;
  readonly environment: Environment;
  readonly snooze: Snooze;
  /** A window that closes ends its pull, and the next one goes on. */
  readonly pull: SharedPull;
  /** Ends the server if one runs, looks for the command anew, and starts it where a document needs it. */
  readonly restart: () => Promise<void>;
  readonly #events: Events;
  readonly #item = window.createStatusBarItem("inkling.status", StatusBarAlignment.Right);
  readonly #told = new Told();
  #command: Command | undefined;
  #supervisor: Supervisor | undefined;
  #work: Work | undefined;
  #outdated = false;
  #needed = false;
  #modelMissing = false;
  #asked = false;
  #logged = "";
  #said: string | undefined;
  #deep: string | undefined;
  #leaving = new AbortController();

  constructor(log: LogOutputChannel, environment: Environment, pull: SharedPull, events: Events) {
    this.log = log;
    this.pull = pull;
    this.environment = environment;
    this.#events = events;
    this.snooze = new Snooze(() => {
      this.wishesChanged();
    });
    this.restart = serially(() => this.#restart());
    this.#item.name = "Inkling";
    this.#item.command = "inkling.menu";
    this.#needed = isAnyShown();
  }

  /** What is run, without a subcommand; undefined where there is nothing to run. */
  get command(): Command | undefined {
    return this.#command;
  }

  /** Whether the server found no model. */
  get lacksModel(): boolean {
    return this.#told.about(undefined).state === "no-model";
  }

  /** Whether the settings name a program that is none. */
  get misnamed(): boolean {
    return this.#told.about(undefined).state === "not-found";
  }

  /** The server, while one runs. */
  get server(): Server | undefined {
    return this.#supervisor?.server;
  }

  get wishes(): Wishes {
    const settings = workspace.getConfiguration("inkling");
    return {
      enabled: settings.get("enabled", true),
      disabledLanguages: settings.get<string[]>("disabledLanguages", []),
      snoozedUntil: this.snooze.until,
    };
  }

  /** The model that the settings name; empty: the server's default. */
  get namedModel(): string {
    return workspace.getConfiguration("inkling").get<string | null>("model") ?? "";
  }

  /** The deep model that the settings name; empty: there is none. */
  get namedDeepModel(): string {
    return workspace.getConfiguration("inkling").get<string | null>("deepModel") ?? "";
  }

  /** The language of the editor in front, if its document is one that Inkling completes. */
  get language(): string | undefined {
    const document = inFront();
    return document !== undefined && isServed(document) ? document.languageId : undefined;
  }

  /** All that is said about the document in front. */
  get front(): Front {
    const document = inFront();
    const told = this.#told.about(document?.uri.toString());
    const status = this.#work === undefined ? told : beside(told, this.#work);
    const silence = silenceIn(document && described(document), this.wishes);
    return { status, silence, offers: this.#offers(told), said: this.#said };
  }

  /** Aborted once this extension ends, with the window or before it. */
  get leaving(): AbortSignal {
    return this.#leaving.signal;
  }

  get work(): Work | undefined {
    return this.#work;
  }

  /** Shows what is under way, in place of the server's state, until it is undefined. */
  set work(work: Work | undefined) {
    this.#work = work;
    this.draw();
    this.#offerModel();
  }

  /** The server is told; nothing restarts, and what is drawn but no longer wanted goes. */
  wishesChanged(): void {
    this.server?.optionsChanged();
    this.draw();
    if (this.front.silence !== undefined) {
      void commands.executeCommand("editor.action.inlineSuggest.hide");
    }
  }

  /** Documents came in sight: the first that Inkling completes starts the server. */
  shown(): void {
    if (!this.#needed && isAnyShown()) {
      this.#needed = true;
      void this.restart();
    }
  }

  closed(document: TextDocument): void {
    this.#told.closed(document.uri.toString());
  }

  /** Tells the steps of the walkthrough that are done; `none` takes that back, for the editor sees changes only. */
  tellWalkthrough(none = false): void {
    const tell = (name: string, done: boolean) => commands.executeCommand("setContext", `inkling.${name}`, done && !none);
    void tell("hasServer", this.#command !== undefined);
    void tell("hasModel", this.#told.about(undefined).state === "ready");
  }

  draw(): void {
    const view = viewOf(this.front);
    this.#item.text = view.text;
    this.#item.tooltip = tooltip(view.lines, this.front.offers);
    this.#item.backgroundColor =
      view.severity === "none" ? undefined : new ThemeColor(`statusBarItem.${view.severity}Background`);
    this.#item.show();
  }

  async stop(): Promise<void> {
    await this.#supervisor?.stop();
    this.#supervisor = undefined;
  }

  dispose(): void {
    this.#leaving.abort();
    this.snooze.dispose();
    this.#item.dispose();
  }

  #report(status: Status, asked?: string): void {
    // The reason may change with every key: the log tells it with a new state only.
    const news = status.state !== this.#logged;
    this.#logged = status.state;
    this.#told.take(status, asked);
    this.#tellKeys(status.deep?.state);
    if (news) {
      this.log.info(`state: ${status.state}${status.reason === null ? "" : ` (${status.reason})`}`);
      this.tellWalkthrough();
      this.#modelMissing = status.state === "no-model" && !this.#asked;
      this.#offerModel();
    }
    this.draw();
  }

  /** What keys do depends on whether there is a deep model, and what that is at. */
  #tellKeys(deep: string | undefined): void {
    if (deep !== this.#deep) {
      this.#deep = deep;
      void commands.executeCommand("setContext", "inkling.deep", deep);
    }
  }

  /** Once for each start of the server, and not beside what is under way. */
  #offerModel(): void {
    if (this.#modelMissing && this.#work === undefined) {
      this.#modelMissing = false;
      this.#asked = true;
      this.#events.noModel();
    }
  }

  #offers(told: Status): readonly Offer[] {
    return offersIn({
      state: this.#work?.state ?? told.state,
      pulling: this.#work?.state === "pulling" && this.#work.stop !== undefined,
      outdated: this.#outdated,
      update: told.update,
      lacksDeep: told.deep?.state === "no-model",
    });
  }

  async #restart(): Promise<void> {
    await this.stop();
    this.#logged = "";
    this.#asked = false;
    const privately = await this.environment.find();
    const found = findCommand(workspace.getConfiguration("inkling").get("command"), {
      pathVariable: process.env["PATH"] ?? "",
      home: homedir(),
      workspaceFolder: workspace.workspaceFolders?.[0]?.uri.fsPath,
      windows: process.platform === "win32",
      privateProgram: privately?.program,
      isExecutable,
    });
    this.#outdated = false;
    if ("problem" in found) {
      this.#command = undefined;
      this.#report(own(found.installable ? "not-installed" : "not-found", found.problem));
      if (this.#needed) {
        this.#events.missing(found);
      }
      return;
    }
    this.#command = found;
    if (found.program === privately?.program && !privately.current) {
      this.#outdated = true;
      if (this.#needed) {
        this.#events.outdated();
      }
    }
    if (!this.#needed) {
      this.#report(own("waiting", waits));
      return;
    }
    this.log.info(`command: ${[found.program, ...found.args].join(" ")}`);
    const supervisor = new Supervisor(found, {
      log: this.log,
      options: () => this.#options(),
      serves: isServed,
      wanted: (document: TextDocument) => silenceIn(described(document), this.wishes) === undefined,
      report: (status, asked) => {
        if (this.#supervisor === supervisor) {
          this.#report(status, asked);
        }
      },
      said: (model) => {
        if (this.#said !== model) {
          this.#said = model;
          this.draw();
        }
      },
      waits: (waits) => void commands.executeCommand("setContext", "inkling.waits", waits),
    });
    this.#supervisor = supervisor;
    // Not awaited: it runs until it is stopped.
    void supervisor.run();
  }

  #options(): Options {
    const settings = workspace.getConfiguration("inkling");
    const options = optionsFrom(
      (name) => settings.get(name),
      (name) => settings.inspect(name)?.globalValue,
    );
    // A snoozed server needs not know why it is not wanted.
    return this.snooze.until === undefined ? options : { ...options, enabled: false };
  }
}

/** The editor and its extensions open some that nobody sees, such as its settings. */
function isAnyShown(): boolean {
  const cells = window.visibleNotebookEditors.flatMap(({ notebook }) => notebook.getCells());
  return [...window.visibleTextEditors, ...cells].some(({ document }) => isServed(document));
}

function isServed(document: TextDocument): boolean {
  return unserved(described(document)) === undefined;
}

/** The document whose editor has the focus or had it last; in a notebook, that of the cell that is selected. */
function inFront(): TextDocument | undefined {
  const editor = window.activeNotebookEditor;
  const cell = editor?.notebook.getCells()[editor.selection.start];
  return window.activeTextEditor?.document ?? cell?.document;
}

function described(document: TextDocument): Document {
  const { scheme, path } = fileOf(document).uri;
  return { scheme, path, language: document.languageId, languageName: nameOf(document.languageId) };
}

/** What holds a document: the notebook of a cell, once it is open. */
function fileOf(document: TextDocument): TextDocument | NotebookDocument {
  const holds = (notebook: NotebookDocument) => notebook.getCells().some((cell) => cell.document === document);
  return (document.uri.scheme === cellScheme ? workspace.notebookDocuments.find(holds) : undefined) ?? document;
}

/** What is under way beside a server that serves on, or beside none. */
function beside(status: Status, { state, percent }: Work): Status {
  const doing = state === "pulling" ? "The model is being pulled." : "The server is being installed.";
  return { ...status, state, percent, latencyMs: null, reason: status.state === "ready" ? status.reason : doing };
}

function tooltip(lines: readonly string[], offers: readonly Offer[]): MarkdownString {
  const text = new MarkdownString("", true);
  text.isTrusted = { enabledCommands: offers.map(({ command }) => command) };
  for (const line of lines) {
    text.appendMarkdown(`${asMarkdown(line)}\n\n`);
  }
  return text.appendMarkdown(offers.map(({ title, icon, command }) => `$(${icon}) [${title}](command:${command})`).join("  \n"));
}
