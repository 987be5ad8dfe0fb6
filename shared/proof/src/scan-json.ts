import { ProofError } from './errors.js';
import { quoted } from './quoted.js';

/** What may come next. `first…` also allows the container to close at once. */
type Expected = 'value' | 'first_value' | 'key' | 'first_key' | 'colon' | 'comma' | 'end';

const malformed = (at: number): ProofError =>
  new ProofError('json_malformed', `The text is not JSON: unexpected input at character ${at}.`);

const literal = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)/y;

function literalEnd(text: string, at: number): number {
  literal.lastIndex = at;
  if (!literal.test(text)) throw malformed(at);
  return literal.lastIndex;
}

/** @returns the index after the closing quote of the string that opens at `open` */
function stringEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at + 1;
    if (unit < 0x20) throw malformed(at);
    if (unit !== 0x5c) continue;
    at++;
    const escaped = text.charAt(at);
    if (escaped === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) at += 4;
    else if (escaped === '' || !'"\\/bfnrt'.includes(escaped)) throw malformed(at);
  }
  throw malformed(text.length);
}

function rememberKey(keys: Set<string>, literalKey: string, at: number): void {
  // Compared as what it means: "\u0061" and "a" are one key to every parser.
  const key = literalKey.includes('\\') ? String(JSON.parse(literalKey)) : literalKey.slice(1, -1);
  if (key === '__proto__') {
    throw new ProofError('json_unsupported_value', `The key __proto__ at character ${at} is refused.`);
  }
  if (keys.has(key)) {
    throw new ProofError('json_duplicate_key', `The key ${quoted(key)} stands again at character ${at}.`);
  }
  keys.add(key);
}

/**
 * Walks JSON text (RFC 8259) without building anything and without recursion: an attacker's `[[[[…` meets the limit,
 * not the end of a stack.
 * @throws ProofError `json_too_deep`, `json_duplicate_key`, `json_unsupported_value` (`__proto__`), `json_malformed`, each with
 * the position in UTF-16 units from 0
 */
export function scanJson(text: string, depthMax: number): void {
  /** One per open container: an object's keys so far, or undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let expected: Expected = 'value';
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'comma');

  for (let at = 0; at < text.length; ) {
    const symbol = text.charAt(at);
    if (symbol === ' ' || symbol === '\n' || symbol === '\r' || symbol === '\t') {
      at++;
    } else if ((expected === 'key' || expected === 'first_key') && symbol === '"') {
      const end = stringEnd(text, at);
      const keys = open.at(-1);
      if (keys !== undefined) rememberKey(keys, text.slice(at, end), at);
      expected = 'colon';
      at = end;
    } else if (expected === 'colon' && symbol === ':') {
      expected = 'value';
      at++;
    } else if (expected === 'comma' && symbol === ',') {
      expected = open.at(-1) === undefined ? 'value' : 'key';
      at++;
    } else if (symbol === '}' || symbol === ']') {
      const isObject = open.at(-1) !== undefined;
      const mayClose = expected === 'comma' || expected === (isObject ? 'first_key' : 'first_value');
      if (!mayClose || open.length === 0 || isObject !== (symbol === '}')) throw malformed(at);
      open.pop();
      expected = afterValue();
      at++;
    } else if (expected !== 'value' && expected !== 'first_value') {
      throw malformed(at);
    } else if (symbol === '{' || symbol === '[') {
      if (open.length >= depthMax) {
        throw new ProofError(
          'json_too_deep',
          `JSON is nested deeper than ${depthMax} levels at character ${at}.`,
        );
      }
      open.push(symbol === '{' ? new Set() : undefined);
      expected = symbol === '{' ? 'first_key' : 'first_value';
      at++;
    } else {
      at = symbol === '"' ? stringEnd(text, at) : literalEnd(text, at);
      expected = afterValue();
    }
  }
  if (expected !== 'end') throw malformed(text.length);
}
