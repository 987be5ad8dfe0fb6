import type { z } from 'zod';

/** Whether a value is valid as it stands. Allocates nothing, explains nothing. */
export type Guard = (value: unknown) => boolean;

/** A kind of schema or check that no guard is known for: zod then does all the work. */
export class NotGuardable extends Error {}

/** All of them, in turn. */
export function all([first, ...rest]: readonly Guard[]): Guard {
  if (first === undefined) return () => true;
  if (rest.length === 0) return first;
  const others = all(rest);
  return (value) => first(value) && others(value);
}

export type Checks = readonly z.core.$ZodCheck<unknown>[];

export type CheckDef =
  | z.core.$ZodCheckMinLengthDef
  | z.core.$ZodCheckMaxLengthDef
  | z.core.$ZodCheckGreaterThanDef
  | z.core.$ZodCheckLessThanDef
  | z.core.$ZodCheckStringFormatDef
  | { readonly check: 'custom'; readonly fn?: (value: unknown) => unknown };

export function compileTextCheck(check: z.core.$ZodCheck<unknown>): Guard {
  const def = check._zod.def as CheckDef;
  if (def.check === 'min_length') return compileTextLength(def.minimum, Number.POSITIVE_INFINITY);
  if (def.check === 'max_length') return compileTextLength(0, def.maximum);
  if (def.check === 'string_format') return compilePattern(def);
  return all([(value) => typeof value === 'string', compileCheck(check)]);
}

/** zod counts code points, which are one or two UTF-16 units: mostly the units tell enough. */
const compileTextLength =
  (minimum: number, maximum: number): Guard =>
  (value) => {
    if (typeof value !== 'string') return false;
    const { length } = value;
    if (length >= 2 * minimum - 1 && length <= maximum) return true;
    if (length < minimum) return false;
    let points = 0;
    for (const _ of value) points += 1;
    return points >= minimum && points <= maximum;
  };

function compilePattern({ format, pattern }: z.core.$ZodCheckStringFormatDef): Guard {
  // A global or sticky pattern remembers where it stopped.
  if (format !== 'regex' || pattern === undefined || /[gy]/.test(pattern.flags))
    throw new NotGuardable(format);
  return compileCounted(pattern) ?? ((value) => typeof value === 'string' && pattern.test(value));
}

const character = String.raw`(?:[\w:]|\[(?:[^\]\\]|\\.)*\])`;
const countedForm = new RegExp(String.raw`^\^(${character}*?)(${character})\{(\d+)(?:,(\d+))?\}\$$`);

/**
 * `^…[a-f]{64}$`, some characters and then one set a number of times, is the form of most ids. The engine unrolls the
 * repetition; a look at the length and a plain star say the same in half the time.
 */
function compileCounted({ source, flags }: RegExp): Guard | undefined {
  const [, start, repeated, least, most = least] = countedForm.exec(source) ?? [];
  if (start === undefined || flags !== '') return undefined;
  const before = start.match(new RegExp(character, 'g'))?.length ?? 0;
  const minimum = before + Number(least);
  const maximum = before + Number(most);
  const pattern = new RegExp(`^${start}${repeated}*$`);
  return (value) =>
    typeof value === 'string' && value.length >= minimum && value.length <= maximum && pattern.test(value);
}

/** A check's `when` is not asked: it can only leave a check out, and then zod has the last word. */
export function compileCheck(check: z.core.$ZodCheck<unknown>): Guard {
  const def = check._zod.def as CheckDef;
  switch (def.check) {
    case 'min_length':
      return (value) => Array.isArray(value) && value.length >= def.minimum;
    case 'max_length':
      return (value) => Array.isArray(value) && value.length <= def.maximum;
    case 'custom':
      return def.fn === undefined ? compileFreeCheck(check) : compileRefinement(def.fn);
    default:
      throw new NotGuardable(def.check);
  }
}

/** `refine`. Only `true` is a yes: what is truthy may be a promise. */
const compileRefinement = (refinement: (value: unknown) => unknown): Guard =>
  unlessItThrows((value) => refinement(value) === true);

/** `superRefine` and `check`, which speak through the issues they add. The one kind of check that allocates. */
const compileFreeCheck = (check: z.core.$ZodCheck<unknown>): Guard =>
  unlessItThrows((value) => {
    const payload: z.core.ParsePayload = { value, issues: [] };
    const pending = check._zod.check(payload);
    return pending === undefined && payload.issues.length === 0 && payload.value === value;
  });

/**
 * zod asks such a check of a copy. What makes it throw as it stands, a list whose constructor is none, is left to zod.
 */
const unlessItThrows =
  (guard: Guard): Guard =>
  (value) => {
    try {
      return guard(value);
    } catch {
      return false;
    }
  };
