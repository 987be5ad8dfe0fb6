import fc from 'fast-check';

/** Where a part of a value stands. */
interface Place {
  readonly holder: Record<PropertyKey, unknown>;
  readonly key: string;
}

function placesOf(holder: unknown): Place[] {
  if (typeof holder !== 'object' || holder === null) return [];
  return Object.entries(holder).flatMap(([key, part]) => [
    { holder: holder as Record<PropertyKey, unknown>, key },
    ...placesOf(part),
  ]);
}

/** Changes one part of a value where it stands. */
type Change = (place: Place) => void;

const put =
  (make: (part: unknown) => unknown): Change =>
  ({ holder, key }) => {
    const value = make(holder[key]);
    // By definition, not assignment: the key may be `__proto__`. What cannot be changed there stays as it is.
    Reflect.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  };
const add =
  (key: string): Change =>
  ({ holder }) =>
    put(() => 'x')({ holder, key });
const textOf = (part: unknown): string => (typeof part === 'string' ? part : 'text');
const text = (change: (text: string) => string): Change => put((part) => change(textOf(part)));
const sized = (length: number): Change =>
  put((part) =>
    Array.isArray(part)
      ? Array.from({ length }, (_, index) => part[index] ?? part[0] ?? 'a')
      : textOf(part).slice(0, length).padEnd(length, 'a'),
  );
const lengths = [
  0, 1, 15, 16, 17, 20, 21, 26, 39, 40, 41, 50, 51, 62, 63, 64, 65, 100, 101, 120, 121, 200, 201,
];
const longer = [250, 251, 256, 257, 300, 301, 500, 501, 1_000, 1_001, 4_096, 4_100];
const numbers = [
  0,
  -0,
  1,
  -1,
  1.5,
  65_536,
  65_537,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e300,
];
const texts = [
  '',
  ' ',
  'prod',
  '2026-02-30T24:00:00.000Z',
  '2026-01-32T00:00:00.000Z',
  'a/b',
  'a/.git',
  '..',
];
const characters = [
  '\n',
  '\0',
  'A',
  'z',
  '0',
  '9',
  '_',
  '-',
  '.',
  '/',
  '=',
  '+',
  'é',
  '🚀',
  '\ud83d',
  '\u202e',
  'İ',
];

const born = fc.oneof(
  fc.constant<Change>(({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
  }),
  fc.constantFrom('extra', '__proto__', 'constructor', 'toString', '0').map(add),
  fc
    .constantFrom<unknown>(null, true, false, [], {}, [null], { inline: {} })
    .map((value) => put(() => structuredClone(value))),
  fc.constantFrom(...numbers).map((value) => put(() => value)),
  fc.constantFrom(...texts).map((value) => put(() => value)),
  fc.constantFrom(...lengths, ...longer).map(sized),
  fc
    .tuple(fc.nat(70), fc.constantFrom(...characters))
    .map(([at, character]) => text((whole) => whole.slice(0, at) + character + whole.slice(at + 1))),
  fc
    .tuple(fc.nat(70), fc.constantFrom(...characters))
    .map(([at, character]) => text((whole) => whole.slice(0, at) + character + whole.slice(at))),
  fc.constantFrom(...characters).map((character) => text((whole) => whole + character)),
  fc.constant(text((whole) => whole.slice(0, -1))),
  fc.constant(text((whole) => whole.toUpperCase())),
  fc.constant(text((whole) => '🚀'.repeat(Math.ceil(whole.length / 2)))),
);

class Instance {}
const unborn = fc.constantFrom<Change>(
  put(() => undefined),
  put(() => Number.NaN),
  put(() => Number.POSITIVE_INFINITY),
  put(() => 1n),
  put(() => () => true),
  put(() => Symbol('x')),
  put(() => new Date(0)),
  put(() => new Map()),
  put((part) => new String(textOf(part))),
  put((part) => Object.assign(new Instance(), part)),
  put((part) => Object.assign(Object.create(null), part)),
  put((part) => Object.create(Object(part))),
  put((part) => (Array.isArray(part) ? Object.setPrototypeOf(Array.from(part), Object.prototype) : [part])),
  put((part) => (Array.isArray(part) ? Array(part.length) : Array(2))),
  ({ holder }) => Reflect.defineProperty(holder, Symbol('key'), { value: 1, enumerable: true }),
  ({ holder }) => put(() => Instance)({ holder, key: 'constructor' }),
  ({ holder }) => Reflect.defineProperty(holder, 'hidden', { value: 1, configurable: true }),
  ({ holder, key }) => {
    const value = holder[key];
    Reflect.defineProperty(holder, key, { value, enumerable: false, configurable: true, writable: true });
  },
  ({ holder, key }) => {
    const value = holder[key];
    Reflect.defineProperty(holder, key, { get: () => value, enumerable: true, configurable: true });
  },
);

interface Step {
  readonly at: number;
  readonly change: Change;
}
const steps = (change: fc.Arbitrary<Change>): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ at: fc.nat(), change }), { minLength: 1, maxLength: 3 });

function changed(value: object, path: readonly Step[]): object {
  const root = { value: structuredClone(value) };
  for (const { at, change } of path) {
    const places = placesOf(root.value);
    const place = places[at % Math.max(places.length, 1)];
    try {
      if (place !== undefined) change(place);
    } catch {
      // What an earlier step made odd, a list without a list's methods, may not take a further change.
    }
  }
  return root.value;
}

/** A value with one to three of its parts changed, as JSON would bring it. */
export const jsonMutation = (value: object): fc.Arbitrary<unknown> =>
  steps(born).map((path) => JSON.parse(JSON.stringify(changed(value, path))));

/** A value changed in ways of which some JSON cannot carry. */
export const mutation = (value: object): fc.Arbitrary<unknown> =>
  steps(fc.oneof({ weight: 3, arbitrary: unborn }, { weight: 1, arbitrary: born })).map((path) =>
    changed(value, path),
  );
