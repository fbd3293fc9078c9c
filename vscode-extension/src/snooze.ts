// Silence for a while. Knows nothing of VS Code.

export class Snooze {
  #until: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #changed: () => void;

  /** `changed` is called whenever it begins or ends. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** When it ends, in milliseconds since 1970; undefined while there is none. */
  get until(): number | undefined {
    return this.#until;
  }

  start(minutes: number): void {
    clearTimeout(this.#timer);
    const ms = minutes * 60_000;
    this.#until = Date.now() + ms;
    this.#timer = setTimeout(() => {
      this.end();
    }, ms);
    this.#changed();
  }

  end(): void {
    clearTimeout(this.#timer);
    if (this.#until !== undefined) {
      this.#until = undefined;
      this.#changed();
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
