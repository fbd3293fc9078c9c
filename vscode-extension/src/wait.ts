// Whether somebody who asked by a key still waits there for what a deep model may say: so long Escape is
// there to stop that. Knows nothing of VS Code.

export class Wait {
  #place: string | undefined;
  readonly #changed: (waits: boolean) => void;

  /** `changed` is called whenever it begins or ends. */
  constructor(changed: (waits: boolean) => void) {
    this.#changed = changed;
  }

  /** Somebody asks by a key at a place in a text. */
  begin(place: string): void {
    this.#set(place);
  }

  /** The person is at a place in a text: elsewhere than where they asked, they have gone on. */
  came(place: string): void {
    if (place !== this.#place) {
      this.end();
    }
  }

  end(): void {
    this.#set(undefined);
  }

  #set(place: string | undefined): void {
    const before = this.#place;
    this.#place = place;
    if ((before === undefined) !== (place === undefined)) {
      this.#changed(place !== undefined);
    }
  }
}
