// How long to wait before a server that ended is started again. Knows nothing of VS Code.

import { firstRestartMs, mostRestarts, steadyMs } from "./protocol";

export class Backoff {
  #ended = 0;

  /** The delay after a server that ran for so long; undefined: it keeps ending, leave it. */
  after(ranMs: number): number | undefined {
    this.#ended = ranMs >= steadyMs ? 0 : this.#ended;
    const delay = this.#ended < mostRestarts ? firstRestartMs * 2 ** this.#ended : undefined;
    this.#ended += 1;
    return delay;
  }
}
