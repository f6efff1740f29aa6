import { parseDay } from '../../data/rates/calendar.ts';
import { priceDecimals } from '../../data/rates/mean.ts';
import type { PortSet } from './port-code.ts';
import type { Scanned } from './row-sink.ts';

const [comma, point, zero, letterA, carriageReturn, newline] = [44, 46, 48, 65, 13, 10];
const letters = 26;
/** Bytes of a row up to its price: two codes of five letters, a day of ten characters, three commas. */
const [destStart, dayStart, priceStart] = [6, 12, 23];
const dayLength = 10;
/** A whole part of this many digits is below the limit of a price. */
const wholeDigits = 9;
const scales = Array.from({ length: priceDecimals + 1 }, (_, i) => 10 ** (priceDecimals - i));

/** The first and last year of a price's day. */
const firstYear = 1900;
const lastYear = 2199;

/** Takes an accepted row: its ports as numbers, its price in ten-thousandths. */
export type PriceSink = (
  month: number,
  dayOfMonth: number,
  orig: number,
  dest: number,
  units: number,
) => void;

/** @param month in months since year 0 */
export function isInRange(month: number): boolean {
  return month >= firstYear * 12 && month < (lastYear + 1) * 12;
}

/**
 * Takes good rows of prices from their bytes, without a string per field: `CNGGZ,EETLL,2021-01-05,1234.50` and a newline.
 * It stops at any other row, bad ones among them. For those `priceRows` decides, and finds the same where both read a row.
 */
export function priceScan(ports: PortSet, sink: PriceSink): (bytes: Buffer, from: number) => Scanned {
  /** The last day that was parsed, and its month: most files have many rows of one day in sequence. */
  const dayBytes = new Uint8Array(dayLength);
  let month = 0;
  let dayOfMonth = 0;

  function isLastDay(bytes: Buffer, from: number): boolean {
    for (let i = dayLength - 1; i >= 0; i--) if (bytes[from + i] !== dayBytes[i]) return false;
    return true;
  }

  function isDay(bytes: Buffer, from: number): boolean {
    if (isLastDay(bytes, from)) return true;
    const day = parseDay(bytes.toString('latin1', from, from + dayLength));
    if (!day || !isInRange(day.month)) return false;
    bytes.copy(dayBytes, 0, from, from + dayLength);
    ({ month, dayOfMonth } = day);
    return true;
  }

  return (bytes, from) => {
    // Every loop ends at a newline, so that none reads beyond the end.
    const last = bytes.lastIndexOf(newline);
    let rows = 0;
    let start = from;
    while (start + priceStart < last) {
      if (bytes[start + destStart - 1] !== comma || bytes[start + dayStart - 1] !== comma) break;
      if (bytes[start + priceStart - 1] !== comma) break;
      const orig = codeAt(bytes, start);
      const dest = codeAt(bytes, start + destStart);
      if (orig < 0 || dest < 0 || orig === dest || !ports.has(orig) || !ports.has(dest)) break;
      if (!isDay(bytes, start + dayStart)) break;

      let at = start + priceStart;
      let units = 0;
      for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, ++at))
        units = units * 10 + digit;
      const whole = at - start - priceStart;
      if (whole === 0 || whole > wholeDigits) break;
      let decimals = 0;
      if (bytes[at] === point) {
        const first = ++at;
        for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, ++at))
          units = units * 10 + digit;
        decimals = at - first;
        if (decimals === 0 || decimals > priceDecimals) break;
      }
      if (bytes[at] === carriageReturn) at++;
      if (bytes[at] !== newline || units === 0) break;

      sink(month, dayOfMonth, orig, dest, units * (scales[decimals] as number));
      rows++;
      start = at + 1;
    }
    return { rows, end: start };
  };
}

/** @returns -1 for a byte that is no digit */
function digitAt(bytes: Buffer, at: number): number {
  const digit = (bytes[at] as number) - zero;
  return digit <= 9 ? digit : -1;
}

/** The number of the port's code at an offset; -1 where there is none. */
function codeAt(bytes: Buffer, at: number): number {
  const a = (bytes[at] as number) - letterA;
  const b = (bytes[at + 1] as number) - letterA;
  const c = (bytes[at + 2] as number) - letterA;
  const d = (bytes[at + 3] as number) - letterA;
  const e = (bytes[at + 4] as number) - letterA;
  // A byte below `A` gives a negative number, which is a large one without its sign.
  if (
    a >>> 0 >= letters ||
    b >>> 0 >= letters ||
    c >>> 0 >= letters ||
    d >>> 0 >= letters ||
    e >>> 0 >= letters
  )
    return -1;
  return (((a * letters + b) * letters + c) * letters + d) * letters + e;
}
