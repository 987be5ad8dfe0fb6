import { z } from 'zod';
import {
  all,
  type CheckDef,
  type Checks,
  compileCheck,
  compileTextCheck,
  type Guard,
  NotGuardable,
} from './guard-checks.js';

interface Compiled {
  readonly accepts: Guard;
  /** Refuses of what JSON can carry only what the schema refuses too; false where zod would fill in a default. */
  readonly exact: boolean;
}

/** A schema's `parse` and `safeParse` for values that are nearly always valid. */
export interface Guarded<Value> {
  /** Whether every value goes to zod, because the schema has a kind or check that no guard is known for. */
  readonly unguarded: boolean;
  /**
   * True only where zod would accept the value and change nothing of it. The other way round it may say false where zod
   * says yes: where zod fills in a default, and for what JSON cannot carry, such as instances of classes.
   */
  readonly accepts: (value: unknown) => value is Value;
  /** @throws ZodError as the schema's own `parse` */
  readonly parse: (value: unknown) => Value;
  readonly safeParse: (value: unknown) => z.ZodSafeParseResult<Value>;
}

/**
 * Validates against `schema` without copying: a guard, compiled from the schema once and made of plain functions (no
 * `eval`, so it is the same under a content security policy), says yes or no; whatever it does not accept goes to zod,
 * which decides and words the faults.
 *
 * What is accepted is returned as it is, so the value must be the caller's to give away: what `JSON.parse` has just made.
 * What JSON cannot carry (symbol keys, properties that are not enumerable, an array's other properties) is not looked at.
 */
export function guarded<Schema extends z.ZodType>(schema: Schema): Guarded<z.output<Schema>> {
  type Value = z.output<Schema>;
  const guard = guardOf(schema);
  const accepts = (guard ?? never) as (value: unknown) => value is Value;
  return {
    unguarded: guard === undefined,
    accepts,
    parse: (value) => (accepts(value) ? value : schema.parse(value)),
    safeParse: (value) => (accepts(value) ? { success: true, data: value } : schema.safeParse(value)),
  };
}

const never: Guard = () => false;

function guardOf(schema: z.core.$ZodType): Guard | undefined {
  try {
    return compile(schema).accepts;
  } catch (fault) {
    if (fault instanceof NotGuardable) return undefined;
    throw fault;
  }
}

/** The schemas whose parts are being compiled: one that is its own part would never end. */
const underWay = new Set<z.core.$ZodType>();

function compile(schema: z.core.$ZodType): Compiled {
  if (underWay.has(schema)) throw new NotGuardable('recursion');
  underWay.add(schema);
  try {
    return compileKind(schema);
  } finally {
    underWay.delete(schema);
  }
}

/** By class, not by `def.type`: a subclass (a string format, an exact optional) means something else. */
function compileKind(schema: z.core.$ZodType): Compiled {
  const checks = (schema._zod.def.checks ?? []) as unknown as Checks;
  switch (schema._zod.constr as unknown) {
    case z.ZodString:
      return compileText(schema as z.ZodString, checks);
    case z.ZodNumberFormat:
      return compileInteger(schema as z.ZodNumberFormat, checks);
  }
  const { accepts, exact } = compileUnchecked(schema);
  return { accepts: all([accepts, ...checks.map(compileCheck)]), exact };
}

function compileUnchecked(schema: z.core.$ZodType): Compiled {
  switch (schema._zod.constr as unknown) {
    case z.ZodBoolean:
      return compileBoolean(schema as z.ZodBoolean);
    case z.ZodUnknown:
      return { accepts: () => true, exact: true };
    case z.ZodLiteral:
    case z.ZodEnum:
      return compileValues(schema);
    case z.ZodNullable:
      return compileNullable(schema as z.ZodNullable);
    case z.ZodDefault:
      return compileDefault(schema as z.ZodDefault);
    case z.ZodArray:
      return compileArray(schema as z.ZodArray);
    case z.ZodRecord:
      return compileRecord(schema as z.ZodRecord);
    case z.ZodObject:
      return compileObject(schema as z.ZodObject);
    case z.ZodUnion:
      return compileUnion(schema as z.ZodUnion);
    case z.ZodDiscriminatedUnion:
      return compileDiscriminatedUnion(schema as z.ZodDiscriminatedUnion);
    default:
      throw new NotGuardable(schema._zod.def.type);
  }
}

/** Each check of a text asks for a text itself: that saves a call for most fields there are. */
function compileText(schema: z.ZodString, checks: Checks): Compiled {
  if (schema.def.coerce === true) throw new NotGuardable('coercion');
  const isText: Guard = (value) => typeof value === 'string';
  return { accepts: checks.length === 0 ? isText : all(checks.map(compileTextCheck)), exact: true };
}

function compileBoolean(schema: z.ZodBoolean): Compiled {
  if (schema.def.coerce === true) throw new NotGuardable('coercion');
  return { accepts: (value) => typeof value === 'boolean', exact: true };
}

/** Its bounds are one range: that too saves calls. */
function compileInteger(schema: z.ZodNumberFormat, checks: Checks): Compiled {
  const { format, coerce } = schema._zod.def;
  if (format !== 'safeint' || coerce === true) throw new NotGuardable(format);
  let minimum = Number.MIN_SAFE_INTEGER;
  let maximum = Number.MAX_SAFE_INTEGER;
  for (const check of checks) {
    const def = check._zod.def as CheckDef;
    if (def.check !== 'greater_than' && def.check !== 'less_than') throw new NotGuardable(def.check);
    const { value, inclusive } = def;
    if (!Number.isSafeInteger(value)) throw new NotGuardable('a bound that is no integer');
    const bound = Number(value);
    if (def.check === 'greater_than') minimum = Math.max(minimum, inclusive ? bound : bound + 1);
    else maximum = Math.min(maximum, inclusive ? bound : bound - 1);
  }
  return {
    accepts: (value) =>
      Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum,
    exact: true,
  };
}

function compileValues(schema: z.core.$ZodType): Compiled {
  const values = schema._zod.values;
  if (values === undefined) throw new NotGuardable('no values');
  const [only] = values;
  if (values.size === 1) return { accepts: (value) => value === only, exact: true };
  return { accepts: (value) => values.has(value as string), exact: true };
}

function compileNullable(schema: z.ZodNullable): Compiled {
  const { accepts, exact } = compile(schema.def.innerType);
  return { accepts: (value) => value === null || accepts(value), exact };
}

/** What is missing is left to zod, which fills it in; what is there is as the schema within says. */
function compileDefault(schema: z.ZodDefault): Compiled {
  const { accepts } = compile(schema.def.innerType);
  return { accepts: (value) => value !== undefined && accepts(value), exact: false };
}

function compileArray(schema: z.ZodArray): Compiled {
  const { accepts, exact } = compile(schema.def.element);
  return {
    accepts: (value) => {
      if (!isPlainArray(value)) return false;
      for (let index = 0; index < value.length; index++) if (!accepts(value[index])) return false;
      return true;
    },
    exact,
  };
}

/** Any keys, any values; what zod looks at more closely (`__proto__`, `constructor`, symbols) is left to it. */
function compileRecord(schema: z.ZodRecord): Compiled {
  const { keyType, valueType } = schema.def;
  const anyKey = keyType._zod.constr === (z.ZodString as unknown) && keyType._zod.def.checks === undefined;
  if (!anyKey || valueType._zod.constr !== (z.ZodUnknown as unknown)) throw new NotGuardable('record');
  return {
    accepts: (value) =>
      isPlain(value) &&
      (typeof value['constructor'] !== 'function' || value['constructor'] === Object) &&
      !Object.hasOwn(value, '__proto__') &&
      Object.getOwnPropertySymbols(value).length === 0,
    exact: false,
  };
}

/** What an object literal or `JSON.parse` makes. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !Array.isArray(value)
  );
}

/** What an array literal or `JSON.parse` makes: refinements may call its methods. */
function isPlainArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype;
}

interface Field extends Compiled {
  readonly key: string;
  readonly required: boolean;
}

function compileField(key: string, schema: z.core.$ZodType): Field {
  if (schema._zod.constr !== (z.ZodOptional as unknown)) return { key, required: true, ...compile(schema) };
  if (schema._zod.def.checks !== undefined) throw new NotGuardable('a check on an optional');
  const { accepts, exact } = compile((schema as z.ZodOptional).def.innerType);
  return { key, required: false, accepts: (value) => value === undefined || accepts(value), exact };
}

/**
 * One pass over the value's keys finds unknown, missing and wrong ones. The fields stand as canonical JSON has them, so
 * that for an event that was read the next field mostly is the one in turn, and is looked up only where it is not.
 */
function compileObject(schema: z.ZodObject): Compiled {
  const { catchall, shape } = schema.def;
  if (catchall?._zod.constr !== (z.ZodNever as unknown)) throw new NotGuardable('an open object');
  // zod never reads a key `__proto__`, and the pass over the value's keys finds no symbols.
  if (Reflect.ownKeys(shape).some((key) => typeof key === 'symbol' || key === '__proto__'))
    throw new NotGuardable('a key');
  const fields = Object.keys(shape)
    .sort()
    .map((key) => compileField(key, shape[key] as z.core.$ZodType));
  const positions = new Map(fields.map(({ key }, position) => [key, position]));
  const required = fields.filter((field) => field.required).length;
  const optional = fields.filter((field) => !field.required).map(({ key }) => key);
  return {
    accepts: (value) => {
      if (!isPlain(value)) return false;
      let missing = required;
      let absent = optional.length;
      let position = 0;
      for (const key in value) {
        let field = fields[position];
        if (field === undefined || field.key !== key) {
          position = positions.get(key) ?? fields.length;
          field = fields[position];
          if (field === undefined) return false;
        }
        if (!field.accepts(value[key])) return false;
        if (field.required) missing -= 1;
        else absent -= 1;
        position += 1;
      }
      return missing === 0 && (absent === 0 || areAbsent(value, optional, absent));
    },
    exact: fields.every(({ exact }) => exact),
  };
}

/** zod reads an optional field that is there without being enumerable; a pass over the keys passes it by. */
function areAbsent(value: object, keys: readonly string[], count: number): boolean {
  let absent = 0;
  for (const key of keys) if (!(key in value)) absent += 1;
  return absent === count;
}

/** zod takes the first option that holds, so an option after one whose refusal is not certain is never tried here. */
function compileUnion(schema: z.ZodUnion): Compiled {
  const options = schema.def.options.map(compile);
  const uncertain = options.findIndex(({ exact }) => !exact);
  const tried = (uncertain < 0 ? options : options.slice(0, uncertain + 1)).map(({ accepts }) => accepts);
  return {
    accepts: (value) => {
      for (const accepts of tried) if (accepts(value)) return true;
      return false;
    },
    exact: uncertain < 0,
  };
}

function compileDiscriminatedUnion(schema: z.ZodDiscriminatedUnion): Compiled {
  const { discriminator, options, unionFallback } = schema.def;
  if (unionFallback === true) throw new NotGuardable('a union with a fallback');
  const optionOf = new Map<unknown, Guard>();
  let exact = true;
  for (const option of options) {
    const compiled = compile(option);
    exact &&= compiled.exact;
    const values = option._zod.propValues?.[discriminator];
    if (values === undefined) throw new NotGuardable('an open discriminator');
    for (const value of values) {
      if (optionOf.has(value)) throw new NotGuardable('an ambiguous discriminator');
      optionOf.set(value, compiled.accepts);
    }
  }
  return {
    accepts: (value) => isPlain(value) && (optionOf.get(value[discriminator]) ?? never)(value),
    exact,
  };
}
