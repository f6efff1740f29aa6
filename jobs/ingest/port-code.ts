/** Ports' codes are five capital letters. As a number in base 26, a code fits in 24 bits, and two fit in a double. */

const first = 'A'.charCodeAt(0);
export const codes = 26 ** 5;

/** @returns -1 for a text that is not a code */
export function portNumber(code: string): number {
  if (code.length !== 5) return -1;
  let number = 0;
  for (let i = 0; i < 5; i++) {
    const letter = code.charCodeAt(i) - first;
    if (letter < 0 || letter > 25) return -1;
    number = number * 26 + letter;
  }
  return number;
}

export function portCode(number: number): string {
  let code = '';
  for (let rest = number, i = 0; i < 5; i++, rest = Math.floor(rest / 26)) {
    code = String.fromCharCode(first + (rest % 26)) + code;
  }
  return code;
}

/** A set of ports with one bit for each possible code: it takes 1.5 MB and is faster than a Set. */
export class PortSet {
  readonly #bits = new Uint8Array(Math.ceil(codes / 8));

  constructor(portCodes: Iterable<string>) {
    for (const code of portCodes) {
      const number = portNumber(code);
      if (number >= 0) this.#bits[number >> 3] = (this.#bits[number >> 3] as number) | (1 << (number & 7));
    }
  }

  has(number: number): boolean {
    return ((this.#bits[number >> 3] as number) & (1 << (number & 7))) !== 0;
  }
}
