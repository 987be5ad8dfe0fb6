import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/*
 * GitHub's published OpenAPI 3.0 description as a check on answers and requests. Written out here because no JSON
 * Schema validator is among the project's dependencies; it knows the keywords that the endpoints simulated use, and
 * fails on any other, so that it can never pass something it does not understand.
 */

type Json = Record<string, unknown>;

const understood = new Set([
  ...['type', 'nullable', 'enum', 'properties', 'required', 'items', 'additionalProperties', 'format'],
  ...['oneOf', 'anyOf', 'allOf', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', '$ref'],
  ...[
    'title',
    'description',
    'example',
    'examples',
    'default',
    'deprecated',
    'discriminator',
    'x-github-breaking-changes',
  ],
]);

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectAt = (value: unknown): Json => (isObject(value) ? value : {});
const listAt = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
  uri: (text) => URL.canParse(text),
};

const typeFits = (type: unknown, value: unknown): boolean => {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isSafeInteger(value);
    default:
      return type === undefined || typeof value === type;
  }
};

export class OpenApiContract {
  readonly #document: Json;

  constructor(document: Json) {
    this.#document = document;
  }

  /** GitHub's description for api.github.com, from the installed `@octokit/openapi`. */
  static load(): OpenApiContract {
    const path = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
    return new OpenApiContract(objectAt(JSON.parse(readFileSync(path, 'utf8'))));
  }

  #deref(schema: unknown): Json {
    const reference = objectAt(schema)['$ref'];
    if (typeof reference !== 'string') return objectAt(schema);
    let at: unknown = this.#document;
    for (const part of reference.slice(2).split('/')) at = objectAt(at)[part];
    return this.#deref(at);
  }

  #operation(method: string, template: string): Json {
    return objectAt(objectAt(objectAt(this.#document['paths'])[template])[method.toLowerCase()]);
  }

  /** What is wrong with an answer; an empty list when nothing is. Fields GitHub does not name are wrong too. */
  answerFaults(method: string, template: string, status: number, body: unknown): string[] {
    const responses = objectAt(this.#operation(method, template)['responses']);
    if (!(String(status) in responses)) {
      return [`${method} ${template}: status ${status} is not described; ${Object.keys(responses)}`];
    }
    const content = objectAt(this.#deref(responses[String(status)])['content']);
    const schema = objectAt(content['application/json'])['schema'];
    return schema === undefined ? [] : this.#faults(schema, body, '$');
  }

  /** The same for a JSON request body. */
  requestFaults(method: string, template: string, body: unknown): string[] {
    const content = objectAt(objectAt(this.#operation(method, template)['requestBody'])['content']);
    const schema = objectAt(content['application/json'])['schema'];
    return schema === undefined ? [`${method} ${template} takes no JSON`] : this.#faults(schema, body, '$');
  }

  #faults(reference: unknown, value: unknown, path: string): string[] {
    const schema = this.#deref(reference);
    const strange = Object.keys(schema).find((keyword) => !understood.has(keyword));
    if (strange !== undefined) return [`${path}: keyword ${strange} is not understood`];
    if (value === null && schema['nullable'] === true) return [];
    for (const keyword of ['oneOf', 'anyOf'] as const) {
      const options = listAt(schema[keyword]);
      if (options.length > 0) {
        const results = options.map((option) => this.#faults(option, value, path));
        return results.find((faults) => faults.length === 0) ?? (results[0] as string[]);
      }
    }
    const all = listAt(schema['allOf']).flatMap((option) => this.#faults(option, value, path));
    if (!typeFits(schema['type'], value)) return [...all, `${path}: not ${String(schema['type'])}`];
    const choices = listAt(schema['enum']);
    if (choices.length > 0 && !choices.includes(value)) return [...all, `${path}: not one of ${choices}`];
    return [...all, ...this.#insideFaults(schema, value, path)];
  }

  #insideFaults(schema: Json, value: unknown, path: string): string[] {
    if (Array.isArray(value)) {
      const least = Number(schema['minItems'] ?? 0);
      if (value.length < least) return [`${path}: fewer than ${least} items`];
      return value.flatMap((item, index) => this.#faults(schema['items'], item, `${path}[${index}]`));
    }
    if (typeof value === 'string') {
      const fits = formats[String(schema['format'])];
      return fits === undefined || fits(value) ? [] : [`${path}: "${value}" is no ${schema['format']}`];
    }
    if (!isObject(value)) return [];
    const properties = objectAt(schema['properties']);
    const missing = listAt(schema['required'])
      .filter((key) => !(String(key) in value))
      .map((key) => `${path}.${String(key)}: missing`);
    const present = Object.entries(value).flatMap(([key, one]) => {
      if (key in properties) return this.#faults(properties[key], one, `${path}.${key}`);
      const described = Object.keys(properties).length > 0 && schema['additionalProperties'] === undefined;
      return described ? [`${path}.${key}: GitHub has no such field`] : [];
    });
    return [...missing, ...present];
  }
}
