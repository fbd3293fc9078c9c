// Keeps a server running: one that ends by itself is started again, later each time.

import { Backoff } from "./backoff";
import type { Command } from "./command";
import { Server, type Surroundings } from "./server";
import { milliseconds, own } from "./status";

export class Supervisor {
  readonly #command: Command;
  readonly #around: Surroundings;
  readonly #backoff = new Backoff();
  #server: Server | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(command: Command, around: Surroundings) {
    this.#command = command;
    this.#around = around;
  }

  /** The server while it runs. */
  get server(): Server | undefined {
    return this.#server?.running === true ? this.#server : undefined;
  }

  /** Runs servers, one after the other, until stopped or until they keep ending. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const began = Date.now();
      this.#server = new Server(this.#command, this.#around);
      const how = await this.#server.run();
      if (this.#isStopped()) {
        return;
      }
      const delay = this.#backoff.after(Date.now() - began);
      this.#around.log.warn(how);
      if (delay === undefined) {
        this.#around.report(own("failed", `${how} It was started again several times and keeps ending; see the log.`));
        return;
      }
      this.#around.report(own("restarting", `${how} It is started again in ${milliseconds(delay)}.`));
      await this.#pause(delay);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#server?.stop();
  }

  // A method, since the compiler takes a field that was false before an await for false after it.
  #isStopped(): boolean {
    return this.#stopped;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
