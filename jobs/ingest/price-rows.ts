import { parseDay } from '../../data/rates/calendar.ts';
import { priceDecimals, unitsPerPrice } from '../../data/rates/mean.ts';
import { csvLine } from './csv-rows.ts';
import type { PortSet } from './port-code.ts';
import { portNumber } from './port-code.ts';
import { isInRange, type PriceSink, priceScan } from './price-scan.ts';
import type { RowReport } from './rejects.ts';
import type { RowSink } from './row-sink.ts';

export const priceColumns = ['orig_code', 'dest_code', 'day', 'price'] as const;

/** Prices are below a thousand million, here in units. The sum of a lane's day is then exact for at least 900 prices. */
const unitLimit = 1_000_000_000 * unitsPerPrice;
/** Checks rows of prices. Each is accepted, or refused for the first fault that is found in it. */
export function priceRows(ports: PortSet, report: RowReport, sink: PriceSink): RowSink {
  const scan = priceScan(ports, sink);
  /** The day of the row before: most files have many rows of the same day in sequence, so that it is parsed once. */
  let lastText = '';
  let lastDay: ReturnType<typeof parseDay>;

  function day(text: string) {
    if (text !== lastText) {
      lastText = text;
      lastDay = parseDay(text);
    }
    return lastDay;
  }

  return {
    row(fields, line) {
      const [origText, destText, dayText, priceText] = fields as [string, string, string, string];
      const refuse = (column: number, code: string) =>
        report.reject({
          line,
          column: priceColumns[column] as string,
          code,
          value: fields[column] as string,
          raw: csvLine(fields),
        });
      const orig = portNumber(origText);
      if (orig < 0) return refuse(0, 'invalid_code');
      if (!ports.has(orig)) return refuse(0, 'unknown_port');
      const dest = portNumber(destText);
      if (dest < 0) return refuse(1, 'invalid_code');
      if (!ports.has(dest)) return refuse(1, 'unknown_port');
      if (orig === dest) return refuse(1, 'same_port');
      const when = day(dayText);
      if (!when) return refuse(2, 'invalid_day');
      if (!isInRange(when.month)) return refuse(2, 'day_out_of_range');
      const price = parsePrice(priceText);
      if (typeof price === 'string') return refuse(3, price);
      report.accepted++;
      sink(when.month, when.dayOfMonth, orig, dest, price);
    },
    malformed: (line, column, code, value, raw) => report.reject({ line, column, code, value, raw }),
    scan(bytes, from) {
      const scanned = scan(bytes, from);
      report.accepted += scanned.rows;
      return scanned;
    },
  };
}

const zero = 48;
const point = 46;

/**
 * Reads a decimal number as a whole number of ten-thousandths, exactly: a float would round it.
 * @returns the price, or the reject code when the text is not a price
 */
export function parsePrice(text: string): number | string {
  let units = 0;
  /** -1 until the decimal point. */
  let decimals = -1;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    const digit = character - zero;
    if (digit >= 0 && digit <= 9) {
      if (decimals < 0) {
        units = units * 10 + digit;
      } else if (decimals < priceDecimals) {
        units = units * 10 + digit;
        decimals++;
      } else if (digit !== 0) {
        return 'too_many_decimals';
      }
      if (units > Number.MAX_SAFE_INTEGER / 10) return 'price_too_large';
    } else if (character === point && decimals < 0 && i > 0 && i < text.length - 1) {
      decimals = 0;
    } else {
      return parseUnusual(text);
    }
  }
  if (text.length === 0) return 'invalid_price';
  for (let i = Math.max(decimals, 0); i < priceDecimals; i++) units *= 10;
  if (units === 0) return 'price_not_positive';
  return units < unitLimit ? units : 'price_too_large';
}

/** Reads signs and exponents (`1.5e3`), which JSON writers may use, and refuses all other texts. */
function parseUnusual(text: string): number | string {
  const match = /^(-?)(\d{1,20})(?:\.(\d{1,20}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (!match) return 'invalid_price';
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (sign) return 'price_not_positive';
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return 'price_not_positive';
  if (shift > 20) return 'price_too_large';
  const scaled = digits * 10n ** BigInt(Math.max(shift, 0)) * BigInt(unitsPerPrice);
  const divisor = 10n ** BigInt(Math.max(-shift, 0));
  if (scaled % divisor !== 0n) return 'too_many_decimals';
  const units = scaled / divisor;
  return units < BigInt(unitLimit) ? Number(units) : 'price_too_large';
}
