// One run of the server: its process, and the language client that speaks with it. It is not started
// twice: what comes after it is a server of its own.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { createInterface } from "node:readline";
import {
  commands,
  InlineCompletionTriggerKind,
  languages,
  window,
  type CancellationToken,
  type Disposable,
  type InlineCompletionContext,
  type InlineCompletionItem,
  type InlineCompletionItemProvider,
  type LogOutputChannel,
  type Position,
  type TextDocument,
  type TextDocumentChangeEvent,
} from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
  type Middleware,
} from "vscode-languageclient/node";
import type { Command } from "./command";
import { cellScheme, servedSchemes } from "./front";
import type { Options } from "./options";
import { methods } from "./protocol";
import { Shown } from "./shown";
import { own, statusFrom, type Status } from "./status";
import { Wait } from "./wait";

/** Where an answer has grown, and how to ask for more. */
interface Grown {
  readonly textDocument: { readonly uri: string; readonly version: number };
  readonly position: Position;
  readonly triggerKind?: number;
}

/** As the protocol numbers them; the editor has numbers of its own. */
const byKey = 1;

/** Cells of all notebooks: those of which ones are served is told by their notebook. */
const documentSelector = [...servedSchemes, cellScheme].map((scheme) => ({ scheme }));

/** How long a server may take to end before it is ended. */
const stopMs = 2000;

/** What the editor calls a provider of ours. */
const providerId = "inkling.inkling:*";

/** Within how many milliseconds the editor's next request at a place is the one that we asked it for. */
const againMs = 500;

/** What we asked the editor to ask. */
interface Expected {
  readonly document: TextDocument;
  readonly version: number;
  readonly position: Position;
  readonly until: number;
}

/** What a server needs from around it. */
export interface Surroundings {
  readonly log: LogOutputChannel;
  readonly options: () => Options;
  /** Whether the server is to know of a document at all. */
  readonly serves: (document: TextDocument) => boolean;
  /** Whether to ask for suggestions in a document just now. */
  readonly wanted: (document: TextDocument) => boolean;
  /** `asked` is the document that was asked about last, by its URI. */
  readonly report: (status: Status, asked?: string) => void;
  /** Which model said the first of the items that the editor was given last; undefined: there are none. */
  readonly said: (model: string | undefined) => void;
  /** Whether somebody who asked by a key still waits for more. */
  readonly waits: (waits: boolean) => void;
}

/** What goes wrong is told by the status bar and the log: the client's own messages stay unseen. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Server {
  readonly #command: Command;
  readonly #around: Surroundings;
  readonly #client: LanguageClient;
  readonly #shown: Shown;
  readonly #wait: Wait;
  #process: ChildProcess | undefined;
  #stopping = false;
  #ended: (() => void) | undefined;
  #ask: InlineCompletionItemProvider["provideInlineCompletionItems"] | undefined;
  /** How was asked last; undefined once the person refused what came of it. */
  #asking: InlineCompletionTriggerKind | undefined;
  #asked: string | undefined;
  #expected: Expected | undefined;
  #again: Disposable | undefined;

  constructor(command: Command, around: Surroundings) {
    this.#command = command;
    this.#around = around;
    const clientOptions: LanguageClientOptions = {
      documentSelector,
      initializationOptions: around.options,
      outputChannel: around.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false, // `run` ends, and says so
      middleware: this.#middleware(),
      notebookDocumentOptions: {
        // What says whether one is served is the same for all cells of a notebook.
        filterCells: (_notebook, cells) => (cells.slice(0, 1).some(({ document }) => around.serves(document)) ? cells : []),
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
      // What a server writes to stderr is its log, not an error.
      stdioOptions: {
        stdout: () => undefined,
        stderr: (input, channel) => {
          createInterface({ input, crlfDelay: Infinity }).on("line", (line) => {
            channel.info(line);
          });
        },
      },
    };
    this.#client = new QuietClient("inkling", "Inkling", () => this.#spawn(), clientOptions);
    this.#shown = new Shown((feedback) => {
      this.#notify("inkling/feedback", feedback);
    });
    this.#wait = new Wait(around.waits);
    let heard = false;
    this.#client.onNotification("inkling/status", (params: unknown) => {
      heard = true;
      around.report(statusFrom(params), this.#asked);
    });
    this.#client.onNotification("inkling/trace", (params: unknown) => {
      around.log.info(`trace: ${JSON.stringify(params)}`);
    });
    this.#client.onNotification("inkling/didGrow", (grown: Grown) => {
      void this.#askAgain(grown);
    });
    this.#client.onDidChangeState(({ newState }) => {
      if (newState === State.Running && !heard) {
        around.report(own("running"));
      } else if (newState === State.Stopped) {
        this.#ended?.();
      }
    });
  }

  /** Runs until the server ends; the answer is a sentence on how it ended. */
  async run(): Promise<string> {
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#around.report(own("starting"));
    try {
      await this.#client.start();
    } catch (error) {
      if (this.#process === undefined) {
        return error instanceof Error ? error.message : String(error); // it could not even be run
      }
      await this.#end();
      return this.#howItEnded();
    }
    const editor = window.activeTextEditor;
    if (editor !== undefined) {
      this.cursorRests(editor.document, editor.selection.active);
    }
    await ended;
    await this.#end();
    return this.#howItEnded();
  }

  get running(): boolean {
    return this.#client.state === State.Running;
  }

  /** Ends the server, whatever state it is in; `run` then returns. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.running) {
      await this.#client.stop(stopMs).catch(() => undefined);
    }
    await this.#end();
  }

  optionsChanged(): void {
    this.#notify("workspace/didChangeConfiguration", { settings: { inkling: this.#around.options() } });
  }

  /** Says where the cursor came to rest, if that document is the server's business. */
  cursorRests(document: TextDocument, position: Position): void {
    this.#wait.came(placeOf(document, position));
    if (this.#around.serves(document)) {
      const { code2ProtocolConverter } = this.#client;
      this.#notify("inkling/didMoveCursor", {
        textDocument: { uri: code2ProtocolConverter.asUri(document.uri) },
        position: code2ProtocolConverter.asPosition(position),
      });
    }
  }

  textChanged(change: TextDocumentChangeEvent): void {
    this.#shown.changed(change);
  }

  /** The person refused what is shown, and waits for no more. */
  dismissed(): void {
    this.#asking = undefined;
    this.#wait.end();
    this.#shown.dismissed();
    this.#notify(methods.left, {});
  }

  statistics(): Promise<unknown> {
    return this.#client.sendRequest("inkling/statistics", null);
  }

  /** What the model sees at a place, for people. */
  async context(document: TextDocument, position: Position): Promise<string> {
    const { code2ProtocolConverter } = this.#client;
    const answer = await this.#client.sendRequest<{ text: string }>("inkling/context", {
      textDocument: { uri: code2ProtocolConverter.asUri(document.uri) },
      position: code2ProtocolConverter.asPosition(position),
    });
    return answer.text;
  }

  #middleware(): Middleware {
    const served = (document: TextDocument, send: () => Promise<void>) =>
      this.#around.serves(document) ? send() : Promise.resolve();
    return {
      didOpen: (document, next) => served(document, () => next(document)),
      didChange: (change, next) => served(change.document, () => next(change)),
      didClose: (document, next) => served(document, () => next(document)),
      provideInlineCompletionItems: (document, position, context, token, next) => {
        this.#ask = next;
        return this.#provide(document, position, context, token);
      },
    };
  }

  async #provide(document: TextDocument, position: Position, context: InlineCompletionContext, token: CancellationToken) {
    const again = this.#expects(document, position);
    this.#expected = undefined;
    if (!this.#around.wanted(document)) {
      return null;
    }
    this.#asked = document.uri.toString();
    const triggerKind = (again ? this.#asking : undefined) ?? context.triggerKind;
    this.#asking = triggerKind;
    const place = placeOf(document, position);
    if (triggerKind === InlineCompletionTriggerKind.Invoke) {
      this.#wait.begin(place);
    } else {
      this.#wait.came(place);
    }
    const given = await this.#ask?.(document, position, { ...context, triggerKind }, token);
    const items: readonly InlineCompletionItem[] = Array.isArray(given) ? given : (given?.items ?? []);
    if (!token.isCancellationRequested) {
      this.#shown.given(document, position, items);
      this.#around.said(items[0]?.command?.title);
    }
    return given;
  }

  /**
   * There is more of an answer that was cut off, or the deep model adds to it: the editor asks anew, if it still
   * stands there.
   *
   * Of a provider that it has asked at this place it asks no more, and asked explicitly it keeps what it has
   * drawn: so there is another provider each time, which it asks as if by itself. Older editors know explicit
   * requests only, and ask all providers, once at a place: to be asked again, what they have drawn must go first.
   * Either request is sent on as what was asked before.
   */
  async #askAgain({ textDocument: { uri, version }, position: { line, character }, triggerKind }: Grown): Promise<void> {
    const { Automatic, Invoke } = InlineCompletionTriggerKind;
    const editor = window.activeTextEditor;
    const place = editor?.selection;
    if (
      this.#asking !== (triggerKind === byKey ? Invoke : Automatic) ||
      editor === undefined ||
      this.#client.code2ProtocolConverter.asUri(editor.document.uri) !== uri ||
      editor.document.version !== version ||
      place?.isEmpty !== true ||
      place.active.line !== line ||
      place.active.character !== character
    ) {
      return;
    }
    this.#again?.dispose();
    this.#again = languages.registerInlineCompletionItemProvider(documentSelector, {
      provideInlineCompletionItems: (document, position, context, token) => {
        const meant = context.triggerKind === Automatic && this.#expects(document, position);
        return meant ? this.#provide(document, position, context, token) : null;
      },
    });
    const expected = { document: editor.document, version, position: place.active, until: Date.now() + againMs };
    this.#expected = expected;
    const trigger = () => commands.executeCommand("editor.action.inlineSuggest.trigger", { providerId, explicit: false });
    await trigger();
    if (this.#expected === expected && this.#expects(editor.document, editor.selection.active)) {
      void commands.executeCommand("editor.action.inlineSuggest.hide");
      void trigger();
    }
  }

  /** Whether a request is the one that we asked the editor for. */
  #expects(document: TextDocument, position: Position): boolean {
    const expected = this.#expected;
    return (
      expected?.document === document &&
      expected.version === document.version &&
      expected.position.isEqual(position) &&
      Date.now() < expected.until
    );
  }

  #notify(method: string, params: object): void {
    if (this.running) {
      void this.#client.sendNotification(method, params);
    }
  }

  async #spawn(): Promise<ChildProcess> {
    if (this.#stopping) {
      throw new Error("The server was stopped.");
    }
    const { program, args } = this.#command;
    // Not in the open folder: `python -m inkling` there would run the folder's own inkling.py.
    const process = spawn(program, [...args, "serve"], { cwd: homedir(), stdio: "pipe", windowsHide: true });
    await once(process, "spawn"); // rejects when the program cannot be run
    this.#process = process;
    return process;
  }

  async #end(): Promise<void> {
    this.#again?.dispose();
    this.#wait.end();
    const process = this.#process;
    if (process !== undefined && isAlive(process)) {
      const killer = setTimeout(() => process.kill("SIGKILL"), stopMs);
      process.kill();
      await once(process, "exit");
      clearTimeout(killer);
    }
  }

  #howItEnded(): string {
    const { exitCode, signalCode } = this.#process ?? {};
    const how = signalCode ?? (exitCode === undefined ? null : `status ${String(exitCode)}`);
    return how === null ? "The server ended." : `The server ended (${how}).`;
  }
}

function placeOf({ uri, version }: TextDocument, { line, character }: Position): string {
  return [uri.toString(), version, line, character].join(" ");
}

function isAlive(process: ChildProcess): boolean {
  return process.pid !== undefined && process.exitCode === null && process.signalCode === null;
}
