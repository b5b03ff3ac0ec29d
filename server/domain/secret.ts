/**
 * A value that must not be printed. Every way of turning it into text gives dots; `reveal()` is
 * the only way out and is called where bytes leave for a host or a database.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The clear value. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '•••';
  }

  toJSON(): string {
    return '•••';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '•••';
  }
}
