/** One key of `marketops.yml`, as docs/configuration.md lists it. */
export interface Row {
  /** Dotted; `<name>` stands for whatever a map is keyed by, `[]` for each of a list. */
  readonly key: string;
  readonly type: string;
  /** As YAML; `required` where it must be given, empty where it may be absent. */
  readonly otherwise: string;
  readonly meaning: string;
}

/** What of a JSON Schema is read here. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

/** Every key below an object, in the order of the schema. @throws RangeError for a kind of schema this cannot show */
export function rowsOf(schema: Schema, prefix = ''): Row[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
    rowsOfMember(`${prefix}${name}`, member, required.has(name)),
  );
}

function rowsOfMember(key: string, member: Schema, required: boolean): Row[] {
  const below = rowsBelow(key, member);
  // What only groups others has nothing to say of itself.
  if (below.length > 0 && member.description === undefined && member.type === 'object') return below;
  const row = { key, type: typeOf(member), otherwise: otherwiseOf(member, required) };
  return [{ ...row, meaning: member.description ?? '' }, ...below];
}

function rowsBelow(key: string, member: Schema): Row[] {
  const { additionalProperties: each } = member;
  if (typeof each === 'object') return rowsOfMember(`${key}.<name>`, each, false);
  if (member.items !== undefined) return hasKeys(member.items) ? rowsBelow(`${key}[]`, member.items) : [];
  if (member.anyOf !== undefined) {
    const rows = member.anyOf.flatMap((choice) => rowsBelow(key, choice));
    return rows.filter((row, at) => rows.findIndex((other) => other.key === row.key) === at);
  }
  return rowsOf(member, `${key}.`);
}

const hasKeys = (schema: Schema): boolean =>
  schema.properties !== undefined || (schema.anyOf ?? []).some((choice) => choice.properties !== undefined);

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  switch (schema.type) {
    case 'integer':
    case 'number':
      return `${schema.type}${rangeOf(schema.minimum, schema.maximum)}`;
    case 'boolean':
      return 'true, false';
    case 'string':
      return textOf(schema);
    case 'array':
      return `list of${rangeOf(schema.minItems, schema.maxItems)}: ${typeOf(schema.items ?? {})}`;
    case 'object':
      return 'keys';
    default:
      throw new RangeError(`there is no word for ${JSON.stringify(schema).slice(0, 200)}`);
  }
}

const patternCharsMax = 40;

/** A long pattern says less than the meaning does. */
function textOf({ maxLength, pattern }: Schema): string {
  const length = maxLength === undefined ? '' : ` of at most ${figure(maxLength)}`;
  const form = pattern === undefined || pattern.length > patternCharsMax ? '' : ` like \`${pattern}\``;
  return `text${length}${form}`;
}

/** Zod's integers are safe ones: that end of the range is none of ours. */
function rangeOf(least: number | undefined, most: number | undefined): string {
  const end = most === undefined || most === Number.MAX_SAFE_INTEGER ? undefined : most;
  if (least === undefined && end === undefined) return '';
  if (end === undefined) return ` ≥ ${figure(least ?? 0)}`;
  return ` ${figure(least ?? 0)}–${figure(end)}`;
}

const figure = (value: number): string => value.toLocaleString('en-US');

function otherwiseOf(schema: Schema, required: boolean): string {
  if (required) return 'required';
  if (schema.default === undefined) return '';
  const { default: value } = schema;
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
