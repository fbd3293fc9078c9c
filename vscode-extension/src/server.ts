// One running server: its process, and the language client that speaks with it.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { createInterface } from "node:readline";
import { languages, type LogOutputChannel, type Position, type TextDocument } from "vscode";
import {
  CloseAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type ErrorHandler,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import type { Command } from "./command";
import type { Options } from "./options";
import { statusFrom, type Status } from "./status";

const documentSelector = [
  { scheme: "file", language: "python" },
  { scheme: "untitled", language: "python" },
];

/** How long a server may take to end before it is ended. */
const stopMs = 2000;

export class Server {
  readonly #command: Command;
  readonly #report: (status: Status) => void;
  readonly #client: LanguageClient;
  #process: ChildProcess | undefined;
  #stopping = false;
  #heard = false;

  constructor(command: Command, options: Options, log: LogOutputChannel, report: (status: Status) => void) {
    this.#command = command;
    this.#report = report;
    const clientOptions: LanguageClientOptions = {
      documentSelector,
      initializationOptions: options,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: this.#errorHandler(),
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
    this.#client = new LanguageClient("inkling", "Inkling", () => this.#spawn(), clientOptions);
    this.#client.onNotification("inkling/status", (params: unknown) => {
      this.#heard = true;
      this.#report(statusFrom(params));
    });
    this.#client.onNotification("inkling/trace", (params: unknown) => {
      log.info(`trace: ${JSON.stringify(params)}`);
    });
    this.#client.onDidChangeState(({ newState }) => {
      if (newState === State.Running && !this.#heard) {
        this.#report({ state: "running", model: null, reason: null });
      }
    });
  }

  async start(): Promise<void> {
    this.#report({ state: "starting", model: null, reason: null });
    try {
      await this.#client.start();
    } catch (error) {
      if (!this.#stopping) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#report({ state: "failed", model: null, reason });
      }
    }
  }

  /** Says where the cursor came to rest, if that document is the server's business. */
  cursorRests(document: TextDocument, position: Position): void {
    if (this.#client.state === State.Running && languages.match(documentSelector, document) > 0) {
      const textDocument = { uri: this.#client.code2ProtocolConverter.asUri(document.uri) };
      void this.#client.sendNotification("inkling/didMoveCursor", {
        textDocument,
        position: this.#client.code2ProtocolConverter.asPosition(position),
      });
    }
  }

  /** Ends the server, whatever state it is in. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#client.state === State.Running) {
      await this.#client.stop(stopMs).catch(() => undefined);
    }
    const process = this.#process;
    if (process !== undefined && isAlive(process)) {
      const killer = setTimeout(() => process.kill("SIGKILL"), stopMs);
      process.kill();
      await once(process, "exit");
      clearTimeout(killer);
    }
    this.#report({ state: "stopped", model: null, reason: null });
  }

  async #spawn(): Promise<ChildProcess> {
    if (this.#stopping) {
      throw new Error("The server was stopped.");
    }
    const { program, args } = this.#command;
    // Not in the open folder: `python -m inkling` there would run the folder's own inkling.py.
    const process = spawn(program, args, { cwd: homedir(), stdio: "pipe", windowsHide: true });
    this.#heard = false;
    this.#process = process;
    await once(process, "spawn"); // rejects when the program cannot be run
    return process;
  }

  #errorHandler(): ErrorHandler {
    let usual: ErrorHandler | undefined;
    const rules = () => (usual ??= this.#client.createDefaultErrorHandler());
    return {
      error: (error, message, count) => rules().error(error, message, count),
      closed: async () => {
        if (this.#stopping) {
          return { action: CloseAction.DoNotRestart, handled: true };
        }
        const result = await rules().closed();
        const restarts = result.action === CloseAction.Restart;
        const reason = result.message ?? "The server ended by itself.";
        this.#report({ state: restarts ? "starting" : "failed", model: null, reason });
        return result;
      },
    };
  }
}

function isAlive(process: ChildProcess): boolean {
  return process.pid !== undefined && process.exitCode === null && process.signalCode === null;
}
