import { limits } from '@marketops/contracts';
import { ProofError } from './errors.js';
import { quoted } from './quoted.js';
import { exceedsBytes } from './utf8.js';

/** Limits of one JSON text: levels of arrays and objects (a scalar has none), and UTF-8 bytes. */
export interface JsonCaps {
  /** Default `limits.jsonDepthMax`. */
  readonly depthMax?: number;
  readonly bytesMax?: number;
}

// Where the walk stands, for messages only: one store per member instead of an allocation per level.
const trail: (string | number)[] = [];

function place(depth: number): string {
  let path = '$';
  for (const step of trail.slice(0, depth)) {
    const isPlain = typeof step === 'string' && /^\w{1,80}$/.test(step);
    path += isPlain ? `.${step}` : `[${typeof step === 'number' ? step : quoted(step)}]`;
  }
  return path;
}

const unsupported = (what: string, depth: number): ProofError =>
  new ProofError('json_unsupported_value', `${what} at ${place(depth)} has no canonical JSON form.`);

function checkString(text: string, depth: number): void {
  if (!text.isWellFormed()) throw unsupported('A string with a lone surrogate', depth);
}

/** A key that assignment would turn into a prototype is a field the signer sees and the executor does not. */
function checkKey(key: string, depth: number): void {
  checkString(key, depth);
  if (key === '__proto__') throw unsupported('The key __proto__', depth);
}

function checkNumber(value: number, depth: number): void {
  if (Number.isSafeInteger(value)) return;
  if (!Number.isFinite(value)) throw unsupported(String(value), depth);
  // Beyond 2^53 two different texts mean one double: what was shown is not what was signed.
  if (Number.isInteger(value)) throw unsupported('An integer of 2^53 or more', depth);
}

/** Narrows to an array or plain object within the depth; everything else that is an object is refused. */
function checkContainer(value: object, depth: number, depthMax: number): void {
  if (depth >= depthMax) {
    throw new ProofError(
      'json_too_deep',
      `JSON is nested deeper than ${depthMax} levels at ${place(depth)}.`,
    );
  }
  if (Array.isArray(value)) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw unsupported('An instance of a class', depth);
}

/** RFC 8785 orders by UTF-16 code units, which is what `<` compares. Objects are small: insertion beats sorting. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  if (keys.length > 24) return keys.sort();
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] ?? '';
    let at = index;
    for (; at > 0; at--) {
      const before = keys[at - 1] ?? '';
      if (before < key) break;
      keys[at] = before;
    }
    keys[at] = key;
  }
  return keys;
}

// Anything the serialiser would escape, and every surrogate. What has none of these is its own JSON form.
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes exactly these
const special = /["\\\u0000-\u001f\ud800-\udfff]/;
const isOwnForm = (text: string): boolean => text.length < 100 && !special.test(text);

/** A member's name as it stands before its value. */
interface QuotedName {
  readonly name: string;
  /** With the quote that opens a text. */
  readonly nameAndQuote: string;
}

// Member names are few and come again in every event. Full of an attacker's names the map is merely of no use.
const quotedNames = new Map<string, QuotedName>();

function quotedName(key: string, depth: number): QuotedName {
  const known = quotedNames.get(key);
  if (known !== undefined) return known;
  checkKey(key, depth);
  const name = `${JSON.stringify(key)}:`;
  const quotedForm = { name, nameAndQuote: `${name}"` };
  if (quotedNames.size < 1_024 && key.length <= 64) quotedNames.set(key, quotedForm);
  return quotedForm;
}

// The text so far. One text that grows takes fewer pieces than parts that are returned and put together.
let written = '';

function writeString(text: string, depth: number): void {
  if (isOwnForm(text)) {
    written += `"${text}"`;
    return;
  }
  checkString(text, depth);
  written += JSON.stringify(text);
}

function writeItems(items: readonly unknown[], depth: number, depthMax: number): void {
  written += '[';
  for (let index = 0; index < items.length; index++) {
    trail[depth] = index;
    if (index > 0) written += ',';
    write(items[index], depth + 1, depthMax);
  }
  written += ']';
}

function writeMembers(value: Record<string, unknown>, depth: number, depthMax: number): void {
  written += '{';
  const keys = sortedKeys(value);
  const last = keys.length - 1;
  for (let index = 0; index <= last; index++) {
    const key = keys[index] ?? '';
    trail[depth] = key;
    const { name, nameAndQuote } = quotedName(key, depth + 1);
    const member = value[key];
    // Most members are short texts: one piece less for the quote, and one for the comma.
    if (typeof member === 'string' && isOwnForm(member)) {
      written += nameAndQuote + member + (index === last ? '"' : '",');
      continue;
    }
    written += name;
    write(member, depth + 1, depthMax);
    if (index < last) written += ',';
  }
  written += '}';
}

function write(value: unknown, depth: number, depthMax: number): void {
  if (typeof value === 'string') {
    writeString(value, depth);
  } else if (typeof value === 'number') {
    checkNumber(value, depth);
    // Number::toString is the form RFC 8785 prescribes; it writes −0 as 0.
    written += String(value);
  } else if (typeof value === 'boolean') {
    written += value ? 'true' : 'false';
  } else if (value === null) {
    written += 'null';
  } else {
    if (typeof value !== 'object') throw unsupported(`A value of type ${typeof value}`, depth);
    checkContainer(value, depth, depthMax);
    if (Array.isArray(value)) writeItems(value, depth, depthMax);
    else writeMembers(value as Record<string, unknown>, depth, depthMax);
  }
}

/**
 * The one byte form of a JSON value (RFC 8785): members by UTF-16 code units, shortest number form, no white space.
 * Stricter than the RFC where leniency would let a signer and an executor read different things.
 *
 * @throws ProofError `json_unsupported_value` with the path, for `undefined` (as a member too), holes, NaN, infinities,
 * integers of 2^53 or more, lone surrogates, functions, symbols, bigints, the key `__proto__`, and every object that is
 * neither plain nor an array (so no `toJSON` is ever asked); `json_too_deep`, which also ends a cycle; `json_too_large`
 */
export function canonicalJson(value: unknown, caps: JsonCaps = {}): string {
  const depthMax = caps.depthMax ?? limits.jsonDepthMax;
  written = '';
  write(value, 0, depthMax);
  const text = written;
  if (caps.bytesMax !== undefined && exceedsBytes(text, caps.bytesMax)) {
    throw new ProofError('json_too_large', `JSON is larger than ${caps.bytesMax} bytes.`);
  }
  return text;
}
