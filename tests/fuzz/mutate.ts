import fc from 'fast-check';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const nested = (depth: number): Json => {
  let value: Json = 0;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
};

/** Texts that somebody once took for something else. */
const nasty: readonly string[] = [
  ...['', ' ', '\u0000', '\n', '\u001b[2J', '\u202e', '\u200b', '\ud800', '\ufeff', 'ä'],
  ...[
    '..',
    '../../etc/passwd',
    '/',
    'a/b/c',
    '%2e%2e%2f',
    'C:\\x',
    '-a',
    '--exec=x',
    '$(id)',
    '`id`',
    "';--",
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'true', 'NaN', '0x10', '1e999'],
  ...['PROD', 'Prod', 'dry_run', 'HEAD', '@', 'refs/heads/x', 'a'.repeat(40), 'f'.repeat(64)],
  ...[
    'x'.repeat(300),
    'x'.repeat(70_000),
    '🂡'.repeat(300),
    '9999-12-31T23:59:59.999Z',
    '2026-13-99T99:99:99Z',
  ],
];
const numbers: readonly number[] = [-1, 0, 1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 5e-324];

const junk: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nasty) },
  { weight: 2, arbitrary: fc.constantFrom(...numbers) },
  { weight: 2, arbitrary: fc.constantFrom<Json>(null, true, false, [], {}, [null], { a: {} }) },
  { weight: 1, arbitrary: fc.constantFrom(40, 500).map(nested) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json> },
);

type Edit = (value: Json, at: number) => Json | undefined;

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Counts the places of a value, itself first. */
const placesIn = (value: Json): number => {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, child) => sum + placesIn(child), 1);
};

/** Replaces the value at a place; `undefined` takes it away. */
function editAt(value: Json, at: number, edit: (old: Json) => Json | undefined): Json | undefined {
  if (at === 0) return edit(value);
  if (typeof value !== 'object' || value === null) return value;
  let left = at - 1;
  const entries: [string, Json][] = [];
  for (const [key, child] of Object.entries(value)) {
    const size = placesIn(child);
    const changed = left >= 0 && left < size ? editAt(child, left, edit) : child;
    left -= size;
    if (changed !== undefined) entries.push([key, changed]);
  }
  return isList(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

const edits: fc.Arbitrary<Edit> = fc.oneof(
  junk.map(
    (other): Edit =>
      (value, at) =>
        editAt(value, at, () => other),
  ),
  fc.constant<Edit>((value, at) => editAt(value, at, () => undefined)),
  fc.constant<Edit>((value, at) => editAt(value, at, (old) => [old, old])),
  fc.tuple(fc.constantFrom(...nasty), junk).map(
    ([key, other]): Edit =>
      (value, at) =>
        editAt(value, at, (old) =>
          typeof old === 'object' && old !== null && !isList(old) ? { ...old, [key]: other } : other,
        ),
  ),
  fc.nat(1_000).map(
    (position): Edit =>
      (value, at) =>
        editAt(value, at, (old) => {
          if (typeof old !== 'string' || old === '') return typeof old === 'number' ? old + 1 : old;
          const index = position % old.length;
          return `${old.slice(0, index)}${old[index] === 'a' ? 'b' : 'a'}${old.slice(index + 1)}`;
        }),
  ),
);

/** Valid JSON values with one to three things changed, and now and then something that never was valid. */
export const mutatedJson = (samples: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...(samples as readonly Json[])),
          fc.array(fc.tuple(edits, fc.nat(10_000)), { minLength: 1, maxLength: 3 }),
        )
        .map(([sample, changes]) =>
          changes.reduce<Json>((value, [edit, at]) => edit(value, at % placesIn(value)) ?? null, sample),
        ),
    },
    { weight: 1, arbitrary: junk },
  );

/** Valid texts with pieces taken out, put in, doubled or exchanged. */
export const mutatedText = (samples: readonly string[]): fc.Arbitrary<string> => {
  const piece = fc.oneof(
    fc.constantFrom(...nasty),
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '&a',
      '*a',
      '!!js',
      '<<: *a',
      '---\n',
      '#',
      '|',
      '>',
      '\t',
    ),
    fc.string({ maxLength: 20 }),
  );
  const change = fc.tuple(
    fc.nat(),
    fc.nat(60),
    fc.constantFrom('cut', 'put', 'double', 'swap', 'tail'),
    piece,
  );
  const apply = (text: string, [at, length, how, put]: readonly [number, number, string, string]): string => {
    const from = text.length === 0 ? 0 : at % text.length;
    const to = from + (length % 60);
    const [before, middle, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
    if (how === 'cut') return before + after;
    if (how === 'put') return before + put + middle + after;
    if (how === 'double') return before + middle + middle + after;
    if (how === 'tail') return before;
    return before + [...middle].reverse().join('') + after;
  };
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([sample, changes]) => changes.reduce(apply, sample));
};
