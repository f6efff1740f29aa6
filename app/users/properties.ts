import { invalid, Problem } from '../problem.ts';
import { depth, hasInfiniteNumber, parseLossless } from './lossless-json.ts';
import { maxProperties, maxPropertyBytes, maxPropertyDepth } from './schema.ts';

/**
 * The properties in a request's body, with every digit of their numbers. `text` is the body as it was sent, since its
 * parsed form has lost digits.
 * @throws Problem 400 when the body is nested too deep or has a number beyond a double.
 */
export function propertiesOf(text: string): Record<string, unknown> | null | undefined {
  checkShape('body', text);
  return (parseLossless(text) as { properties?: Record<string, unknown> | null }).properties;
}

/**
 * The JSON texts that are stored for properties.
 * @throws Problem 400 that names a property of more than 16 KiB, 409 when there are too many.
 */
export function propertyTexts(properties: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(properties);
  if (entries.length > maxProperties) throw tooMany();
  return Object.fromEntries(
    entries.map(([key, value]) => [key, sized(`body.properties.${key}`, JSON.stringify(value))]),
  );
}

/** The JSON text that is stored for one property: the text that was sent, without its white space. */
export function propertyText(text: string): string {
  checkShape('body', text);
  return sized('body', JSON.stringify(parseLossless(text)));
}

export function tooMany(): Problem {
  const message = `may have at most ${maxProperties} entries`;
  return new Problem(409, `properties ${message}`, { errors: [{ field: 'properties', message }] });
}

function checkShape(field: string, text: string): void {
  if (depth(text) > maxPropertyDepth)
    throw invalid(field, `is nested deeper than ${maxPropertyDepth} levels`);
  if (hasInfiniteNumber(text)) throw invalid(field, 'has a number that is not finite as a double');
}

function sized(field: string, text: string): string {
  if (Buffer.byteLength(text) > maxPropertyBytes)
    throw invalid(field, `is larger than ${maxPropertyBytes} bytes`);
  return text;
}
