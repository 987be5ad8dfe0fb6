import fc from 'fast-check';
import { iso } from './mutation.js';

const minuteMs = 60_000;

export type Path = readonly string[];

/** Every path into a JSON value, containers included. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

export const memberAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], value);

/** The value with the part at `path` changed; `undefined` takes it away. */
export function withChange(value: unknown, path: Path, change: (old: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const { [key]: member, ...others } = value as Readonly<Record<string, unknown>>;
  const changed = withChange(member, rest, change);
  return changed === undefined ? others : { ...others, [key]: changed };
}

export type Change = (old: unknown) => unknown;
const ofText =
  (change: (text: string) => string): Change =>
  (old) =>
    typeof old === 'string' ? change(old) : old;
const ofNumber =
  (change: (number: number) => unknown): Change =>
  (old) =>
    typeof old === 'number' ? change(old) : old;
const ofTime = (byMs: number): Change =>
  ofText((text) => (/^\d{4}-.*Z$/.test(text) ? iso(Date.parse(text) + byMs) : text));

/** Letters that look like ours and are others. */
const lookalikes: Readonly<Record<string, string>> = {
  ...{ a: 'а', c: 'с', e: 'е', o: 'о', p: 'р', x: 'х', y: 'у', i: 'і', s: 'ѕ', d: 'ԁ', r: 'г' },
  ...{ '0': '٠', '1': '１', '-': '‐', _: '＿', ':': '：', '/': '∕', '.': '․' },
};

const textChange: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), fc.string({ minLength: 1, maxLength: 1, unit: 'binary' })).map(([at, character]) =>
    ofText((text) => {
      const index = at % Math.max(1, text.length);
      return text.slice(0, index) + character + text.slice(index + 1);
    }),
  ),
  fc.nat().map((at) =>
    ofText((text) => {
      const index = at % Math.max(1, text.length);
      const old = text[index] ?? '';
      const other = old === old.toUpperCase() ? old.toLowerCase() : old.toUpperCase();
      return text.slice(0, index) + other + text.slice(index + 1);
    }),
  ),
  fc.nat().map((at) =>
    ofText((text) => {
      const letters = [...text];
      const found = letters.flatMap((one, index) => (one in lookalikes ? [index] : []));
      const index = found[at % Math.max(1, found.length)];
      return index === undefined
        ? text
        : letters.with(index, lookalikes[letters[index] ?? ''] ?? '').join('');
    }),
  ),
  fc
    .tuple(
      fc.nat(),
      fc.constantFrom(' ', '\n', '\t', '\0', '\u200b', '\u202e', '\ufeff', '\u0301', '%00', '/'),
    )
    .map(([at, extra]) =>
      ofText((text) => {
        const index = at % (text.length + 1);
        return text.slice(0, index) + extra + text.slice(index);
      }),
    ),
  fc.nat().map((at) => ofText((text) => text.slice(0, at % Math.max(1, text.length)))),
  fc
    .constantFrom<(text: string) => string>(
      (text) => text + text,
      (text) => [...text].reverse().join(''),
      (text) => text.toUpperCase(),
      (text) => text.toLowerCase(),
      (text) => text.normalize('NFD'),
      (text) => `../${text}`,
      (text) => encodeURIComponent(text),
    )
    .map(ofText),
);

/** Other spellings of the same or nearly the same bytes. */
const base64Change: fc.Arbitrary<Change> = fc
  .constantFrom<(text: string) => string>(
    (text) => text.replaceAll('=', ''),
    (text) => `${text}=`,
    (text) => `${text}====`,
    (text) => text.replaceAll('+', '-').replaceAll('/', '_'),
    (text) => `${text}\n`,
    (text) => text.replace(/(.{20})/, '$1\r\n'),
    // The bits that the last character does not need.
    (text) =>
      text.replace(/([A-Za-z0-9+/])(=+)$/, (_, last: string, padding: string) => neighbour(last) + padding),
    (text) => Buffer.from(text, 'base64').toString('hex'),
    (text) => Buffer.from(text, 'base64').subarray(1).toString('base64'),
    (text) => Buffer.concat([Buffer.from(text, 'base64'), Buffer.alloc(1)]).toString('base64'),
    (text) => Buffer.alloc(Buffer.from(text, 'base64').length).toString('base64'),
    (text) => `data:;base64,${text}`,
    () => '',
  )
  .map(ofText);

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const neighbour = (character: string): string => alphabet[(alphabet.indexOf(character) + 1) % 64] ?? 'A';

const bitFlip: fc.Arbitrary<Change> = fc.nat().map((at) =>
  ofText((text) => {
    const bytes = Buffer.from(text, 'base64');
    const index = at % Math.max(1, bytes.length * 8);
    bytes[index >> 3] = (bytes[index >> 3] ?? 0) ^ (1 << (index & 7));
    return bytes.toString('base64');
  }),
);

const numberChange: fc.Arbitrary<Change> = fc
  .constantFrom<(number: number) => unknown>(
    (number) => number + 1,
    (number) => number - 1,
    (number) => -number,
    (number) => number + 0.5,
    (number) => number + 2 ** 32,
    (number) => number * 2 ** 53,
    (number) => String(number),
    (number) => `${number}.0`,
    (number) => number / 1e3,
    () => 0,
    () => -0,
  )
  .map(ofNumber);

const timeChange: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom(-1, 1, 1_000, -1_000, minuteMs, -minuteMs, 86_400_000, -86_400_000).map(ofTime),
  fc
    .constantFrom<(text: string) => string>(
      (text) => text.replace('Z', '+00:00'),
      (text) => text.replace(/\.\d{3}Z/, 'Z'),
      (text) => text.replace('Z', '000Z'),
      (text) => text.replace('T', ' '),
      (text) => text.replace('T', 't'),
      (text) => String(Date.parse(text)),
    )
    .map(ofText),
);

const otherKeyIds = [
  ...['publisher-actor', 'federation-actor', 'ledger-acknowledgement', 'operator-1', 'receipt-hmac'],
  ...['federation-mint', 'federation-mint-2', '../keys/federation/mint', '__proto__', 'constructor', 'none'],
];

export const anyChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 8, arbitrary: textChange },
  { weight: 3, arbitrary: base64Change },
  { weight: 3, arbitrary: bitFlip },
  { weight: 2, arbitrary: numberChange },
  { weight: 2, arbitrary: timeChange },
  { weight: 1, arbitrary: fc.constant<Change>((old) => (typeof old === 'boolean' ? !old : old)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Change>(
      () => undefined,
      () => null,
      (old) => [old],
      (old) => ({ old }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...otherKeyIds).map(
      (id): Change =>
        () =>
          id,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.jsonValue({ maxDepth: 2 }).map(
      (value): Change =>
        () =>
          value,
    ),
  },
);
