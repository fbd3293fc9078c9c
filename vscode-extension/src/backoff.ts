// How long to wait before a server that ended is started again. Knows nothing of VS Code.

const delaysMs = [500, 1000, 2000, 4000, 8000, 16_000] as const;

/** A server that ran so long was well: what ended it counts as the first time. */
const wellMs = 60_000;

export class Backoff {
  #ended = 0;

  /** The delay after a server that ran for so long; undefined: it keeps ending, leave it. */
  after(ranMs: number): number | undefined {
    this.#ended = ranMs >= wellMs ? 0 : this.#ended;
    const delay = delaysMs[this.#ended];
    this.#ended += 1;
    return delay;
  }
}
