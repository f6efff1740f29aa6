/** Numbers names in the order in which they are first asked for, so that tables can hold numbers in their place. */
export class Numbering {
  /** Each name at its number. */
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();

  readonly numberOf = (name: string): number => {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  };
}
