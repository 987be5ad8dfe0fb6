import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { guarded } from './guard.js';
import { jsonMutation, mutation } from './testing/mutation.js';
import { shapes } from './testing/shapes.js';

/** What zod copies of a value: elements and own enumerable string keys. */
const copied = (value: unknown): unknown => {
  if (Array.isArray(value)) return Array.from(value, copied);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.create(Object.getPrototypeOf(value)) as Record<string, unknown>;
  for (const [key, part] of Object.entries(value)) {
    Object.defineProperty(copy, key, { value: copied(part), enumerable: true });
  }
  return copy;
};
const unchanged = (schema: z.ZodType, value: unknown): boolean => {
  const parsed = schema.safeParse(value);
  return parsed.success && isDeepStrictEqual(parsed.data, value);
};

describe('a guard and its schema', () => {
  it('given every schema of every run, then it is guarded', () => {
    expect(shapes.filter(({ schema }) => guarded(schema).unguarded).map(({ name }) => name)).toEqual([]);
  });

  it.each(shapes)(
    'given a good $name, in any order of keys, then it is accepted as it is',
    ({ schema, value }) => {
      const { accepts, parse, safeParse } = guarded(schema);
      expect(unchanged(schema, value)).toBe(true);
      const reversed = (part: unknown): unknown =>
        Array.isArray(part) || typeof part !== 'object' || part === null
          ? part
          : Object.fromEntries(
              Object.entries(part)
                .reverse()
                .map(([key, inner]) => [key, reversed(inner)]),
            );
      expect([accepts(value), accepts(reversed(value)), accepts(JSON.parse(JSON.stringify(value)))]).toEqual([
        true,
        true,
        true,
      ]);
      expect(parse(value)).toBe(value);
      expect(safeParse(value)).toEqual({ success: true, data: value });
    },
  );

  it.each(shapes)(
    'E3: given a $name changed as JSON can be, then it is accepted where zod accepts it and changes nothing, and nowhere else',
    ({ schema, value }) => {
      const { accepts, safeParse } = guarded(schema);
      fc.assert(
        fc.property(jsonMutation(value), (tried) => {
          expect(accepts(tried)).toBe(unchanged(schema, tried));
          const parsed = schema.safeParse(tried);
          expect(safeParse(tried).success).toBe(parsed.success);
          expect(safeParse(tried).data).toStrictEqual(parsed.data);
          expect(safeParse(tried).error?.issues).toEqual(parsed.error?.issues);
        }),
        { numRuns: 500 },
      );
    },
  );

  it.each(shapes)(
    'E3: given a $name changed as JSON cannot be, then what is accepted zod accepts, and copies whole',
    ({ schema, value }) => {
      const { accepts } = guarded(schema);
      fc.assert(
        fc.property(mutation(value), (tried) => {
          if (!accepts(tried)) return;
          const parsed = schema.safeParse(tried);
          expect(parsed.success).toBe(true);
          expect(isDeepStrictEqual(copied(parsed.data), copied(tried))).toBe(true);
        }),
        { numRuns: 500 },
      );
    },
  );

  it('given anything else in place of any of them, then it is refused', () => {
    const others = [null, undefined, 0, 'x', true, [], [[]], () => true, Symbol('x'), 1n, new Date(0)];
    for (const { schema } of shapes) {
      expect(others.filter((other) => guarded(schema).accepts(other))).toEqual([]);
    }
  });
});

describe('a guard', () => {
  it('given texts about as long as allowed, then it counts code points, as zod does', () => {
    const schema = z.string().min(3).max(5);
    const unit = fc.constantFrom('a', '🚀', '\ud83d', '\ude80');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (units) => {
        const text = units.join('');
        expect(guarded(schema).accepts(text)).toBe(schema.safeParse(text).success);
      }),
    );
  });

  it.each([
    /^[0-9a-f]{64}$/,
    /^run_[0-9a-hjkmnp-tv-z]{26}$/,
    /^rcp_[0-7][0-9A-HJKMNP-TV-Z]{25}$/,
    /^[a-z0-9][a-z0-9_-]{0,63}$/,
    /^[\x21-\x7e]{1,200}$/,
    /^sha256:[0-9a-f]{64}$/,
    /^[^a]{2}$/,
    /^[\]\\a]{2,3}$/,
    /^a{2}b{3}$/,
    /^a{2,}$/,
    /^a|b{2}$/,
    /^(?:ab){2}$/,
    /^.{2}$/,
    /^[ab]{2}$/i,
    /^[ab]{2}$/m,
    /^[^a]{2}$/u,
    /^\d{3}$/,
    /[ab]{2}/,
  ])('given the pattern %s, then a guard reads it as it is meant', (pattern) => {
    const { accepts } = guarded(z.string().regex(pattern));
    const character = fc.constantFrom('a', 'b', 'A', '0', '_', '\n', ']', '\\', '🚀', '\ud83d', 'r', ':');
    const matching = fc.stringMatching(new RegExp(pattern.source));
    const near = fc
      .tuple(matching, fc.nat(70), character, fc.nat(2))
      .map(([text, at, one, drop]) => text.slice(0, at) + one + text.slice(at + drop));
    const text = fc.oneof(
      matching,
      near,
      fc.array(character, { maxLength: 5 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (tried) => {
        expect(accepts(tried)).toBe(pattern.test(tried));
      }),
      { numRuns: 500 },
    );
  });

  const yes = () => true;
  it.each<[string, z.ZodType]>([
    ['a text format', z.email()],
    ['a text that is trimmed', z.string().trim()],
    ['a coerced text', z.coerce.string()],
    ['a coerced number', z.coerce.number()],
    ['a coerced flag', z.coerce.boolean()],
    ['a number that may be a fraction', z.number()],
    ['a small integer', z.int32()],
    ['a multiple', z.int().multipleOf(2)],
    ['a remembered place in the text', z.string().regex(/a/g)],
    ['a sticky pattern', z.string().regex(/a/y)],
    ['a transformation', z.string().transform(yes)],
    ['a preprocessor', z.preprocess(yes, z.string())],
    ['a pipe', z.string().pipe(z.string())],
    ['a catch', z.string().catch('x')],
    ['a prefault', z.string().prefault('x')],
    ['a thing of one’s own', z.custom(yes)],
    ['a date', z.date()],
    ['an object that drops keys', z.object({ a: z.string() })],
    ['an object that keeps keys', z.looseObject({ a: z.string() })],
    ['an object with typed others', z.strictObject({ a: z.string() }).catchall(z.string())],
    ['a symbol for a key', z.strictObject({ [Symbol('a')]: z.string() })],
    ['an exact optional', z.strictObject({ a: z.string().exactOptional() })],
    ['an optional that is checked', z.strictObject({ a: z.string().optional().refine(yes) })],
    ['an optional inside', z.strictObject({ a: z.nullable(z.optional(z.string())) })],
    ['a record of known keys', z.record(z.enum(['a']), z.unknown())],
    ['a record of long keys', z.record(z.string().min(1), z.unknown())],
    ['a record of texts', z.record(z.string(), z.string())],
    ['one or the other and not both', z.xor([z.string(), z.boolean()])],
    ['an intersection', z.intersection(z.string(), z.string())],
    ['a tuple', z.tuple([z.string()])],
    ['a map', z.map(z.string(), z.string())],
    ['a frozen list', z.array(z.string()).readonly()],
    ['something later', z.lazy(() => z.string())],
  ])('given %s, then there is none, and zod does all the work', (_what, schema) => {
    const guard = guarded(z.strictObject({ part: z.array(schema) }));
    expect(guard.unguarded).toBe(true);
    expect(guard.accepts({ part: [] })).toBe(false);
    expect(guard.parse({ part: [] })).toEqual({ part: [] });
    expect(guarded(schema).unguarded).toBe(true);
  });

  it('given a schema that is its own part, then there is none', () => {
    const Tree = z.strictObject({
      get children() {
        return z.array(Tree);
      },
    });
    expect(guarded(Tree).unguarded).toBe(true);
    expect(guarded(Tree).parse({ children: [{ children: [] }] })).toEqual({ children: [{ children: [] }] });
  });

  it('given a default, then what is missing is filled in by zod', () => {
    const { accepts, parse } = guarded(z.strictObject({ a: z.string().default('x') }));
    expect(accepts({ a: 'y' })).toBe(true);
    expect([accepts({}), accepts({ a: undefined })]).toEqual([false, false]);
    expect(parse({})).toEqual({ a: 'x' });
  });

  it('given a union whose first option fills in, then no later one takes what the first would have', () => {
    const union = z.union([z.strictObject({ a: z.string().default('x') }), z.strictObject({})]);
    expect(guarded(union).accepts({})).toBe(false);
    expect(guarded(union).parse({})).toEqual({ a: 'x' });
  });

  it('given checks of every kind, then each is asked', () => {
    const refused = (schema: z.ZodType, value: unknown) => {
      expect(guarded(schema).unguarded).toBe(false);
      expect(guarded(schema).accepts(value)).toBe(false);
      expect(schema.safeParse(value).success).toBe(false);
    };
    refused(
      z.string().refine((text) => text === 'a'),
      'b',
    );
    refused(
      z.string().superRefine((_, ctx) => ctx.addIssue('no')),
      'a',
    );
    refused(z.array(z.string()).min(1), []);
    refused(z.array(z.string()).max(1), ['a', 'b']);
    refused(
      z.array(z.string()).refine((all) => all.length === 1),
      [],
    );
    refused(z.int().gt(1), 1);
    refused(z.int().lt(1), 1);
    refused(z.int().min(2).min(1), 1);
    refused(
      z.strictObject({}).refine(() => false),
      {},
    );
    refused(
      z.nullable(z.string()).refine((value) => value !== null),
      null,
    );
    expect(guarded(z.int().gt(1).lt(3)).accepts(2)).toBe(true);
  });

  it('given a list that a refinement cannot take as it is, then zod, which asks it of a copy, has the last word', () => {
    const schema = z.array(z.string()).refine((all) => all.map((text) => text).length === 1);
    const odd = Object.defineProperty(['a'], 'constructor', { value: { [Symbol.species]: 'x' } });
    expect(guarded(schema).accepts(odd)).toBe(false);
    expect(guarded(schema).parse(odd)).toEqual(['a']);
  });

  it('given a refinement that answers later, then zod says that this cannot be', () => {
    const { accepts, parse } = guarded(z.string().refine(async () => true));
    expect(accepts('a')).toBe(false);
    expect(() => parse('a')).toThrow();
  });
});
