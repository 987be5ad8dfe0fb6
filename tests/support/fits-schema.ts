import { openApiDocument } from '@marketops/console';
import type { JsonSchema } from './arbitrary-of.js';

/** With what only answers need. */
interface Schema extends JsonSchema {
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Documented {
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

const document = openApiDocument() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** Path of the document → what it looks like in an address; those without parameters first, as the server has them. */
const templates = Object.entries(document.paths)
  .map(([path, methods]) => ({
    form: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    parameters: path.split('{').length,
    methods,
  }))
  .sort((one, other) => one.parameters - other.parameters);

export interface AnswerToCheck {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
}

/**
 * What of an answer is not as the OpenAPI document says: a success that it does not know, a member that is missing, unknown or of
 * another type. A refusal of whatever status is a problem. What is no operation of the document is not looked at.
 */
export function answerFaults({ method, path, status, contentType, body }: AnswerToCheck): string[] {
  const [place = ''] = path.split('?');
  const operation = templates.find(({ form }) => form.test(place))?.methods[method.toLowerCase()];
  if (operation === undefined) return [];
  if (status >= 400) return schemaFaults(document.components.schemas['Problem'] ?? {}, body);
  const response = operation.responses[String(status)];
  if (response === undefined) return [`status ${status} is not in the document`];
  const type = contentType?.split(';')[0]?.trim() ?? '';
  if (response.content === undefined) return body === '' ? [] : ['a body, and the document has none'];
  const content = response.content[type];
  if (content === undefined) return [`media type ${type || 'none'} is not in the document`];
  return type === 'application/json' ? schemaFaults(content.schema ?? {}, body) : [];
}

const known: ReadonlySet<string> = new Set([
  ...['$ref', 'type', 'enum', 'const', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'],
  ...['exclusiveMinimum', 'items', 'minItems', 'maxItems', 'properties', 'required', 'oneOf', 'anyOf'],
  ...['allOf', 'additionalProperties', 'propertyNames', 'default', 'description', 'format'],
]);

/** As much of JSON Schema as the document uses. @throws RangeError for a keyword that is not looked at here */
function schemaFaults(schema: Schema, value: unknown, at = ''): string[] {
  for (const keyword of Object.keys(schema))
    if (!known.has(keyword)) throw new RangeError(`the keyword ${keyword} is not looked at`);
  const faults: string[] = [];
  const within = (one: Schema) => schemaFaults(one, value, at);
  const fault = (text: string) => faults.push(`${at || 'the answer'} ${text}`);
  if (schema.$ref !== undefined) {
    const found = document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    if (found === undefined) throw new RangeError(`no schema ${schema.$ref}`);
    faults.push(...within(found));
  }
  for (const one of schema.allOf ?? []) faults.push(...within(one));
  for (const choices of [schema.oneOf, schema.anyOf]) {
    const results = choices?.map(within);
    if (results !== undefined && !results.some(({ length }) => length === 0))
      faults.push(...(results.sort((one, other) => one.length - other.length)[0] ?? []));
  }
  if (schema.const !== undefined && value !== schema.const) fault(`is not ${String(schema.const)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value))
    fault(`is none of ${schema.enum.join(', ')}`);
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types !== undefined && !types.some((type) => isOf(type, value))) fault(`is no ${types.join(' or ')}`);
  if (typeof value === 'string') {
    const { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
    if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) fault(`does not match ${pattern}`);
    if (value.length < minLength || value.length > maxLength) fault(`has ${value.length} characters`);
  }
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema;
    if (value < minimum || value > maximum || value <= exclusiveMinimum) fault(`is ${value}`);
  }
  if (Array.isArray(value)) faults.push(...itemFaults(schema, value, at));
  else if (isOf('object', value)) faults.push(...memberFaults(schema, value as object, at));
  return faults;
}

function itemFaults(schema: Schema, items: readonly unknown[], at: string): string[] {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items: of } = schema;
  const wrong = items.length < minItems || items.length > maxItems ? [`${at} has ${items.length} items`] : [];
  return [
    ...wrong,
    ...items.flatMap((item, n) => (of === undefined ? [] : schemaFaults(of, item, `${at}[${n}]`))),
  ];
}

function memberFaults(schema: Schema, value: object, at: string): string[] {
  const { properties = {}, required = [], additionalProperties: more = true, propertyNames: names } = schema;
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  const ofMembers = Object.entries(value).flatMap(([name, member]) => {
    const place = `${at}.${name}`;
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (own !== undefined) return schemaFaults(own, member, place);
    const ofName = names === undefined ? [] : schemaFaults(names, name, place);
    if (more === false) return [...ofName, `${place} is not in the document`];
    return more === true ? ofName : [...ofName, ...schemaFaults(more, member, place)];
  });
  return [...missing, ...ofMembers];
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      // `string`, `number` and `boolean` are called the same there.
      return typeof value === type;
  }
}
