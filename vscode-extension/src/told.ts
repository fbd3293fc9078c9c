// What the server has told: of itself, and of each document's last request. Knows nothing of VS Code.

import { own, type Status } from "./status";

interface Outcome {
  readonly reason: string | null;
  readonly latencyMs: number | null;
}

export class Told {
  #machine: Status = own("starting");
  readonly #outcomes = new Map<string, Outcome>();

  /**
   * Takes over a status. `asked` is the document that was asked about last: what a ready server tells
   * without naming a document is about that one.
   */
  take(status: Status, asked?: string): void {
    if (status.state === "starting") {
      this.#outcomes.clear(); // another server knows nothing of what this one answered
    }
    const about = status.uri === undefined && status.state === "ready" ? asked : status.uri;
    if (typeof about === "string") {
      this.#outcomes.set(about, { reason: status.reason, latencyMs: status.latencyMs });
    }
    const reason = typeof about === "string" ? (status.state === this.#machine.state ? this.#machine.reason : null) : status.reason;
    this.#machine = { ...status, reason, latencyMs: null, uri: null };
  }

  /** A document was closed: opened again, it has a new life. */
  closed(uri: string): void {
    this.#outcomes.delete(uri);
  }

  /** The server's state, with what became of this document's last request and no other's. */
  about(uri: string | undefined): Status {
    const outcome = uri === undefined ? undefined : this.#outcomes.get(uri);
    if (outcome === undefined) {
      return this.#machine;
    }
    const { state, reason } = this.#machine;
    return state === "ready" ? { ...this.#machine, ...outcome } : { ...this.#machine, reason: reason ?? outcome.reason };
  }
}
