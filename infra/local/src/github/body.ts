import { Problem } from './problem.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses a JSON object. 400 as GitHub answers it. An empty body counts as `{}`. */
export const parseObject = (body: Buffer): JsonObject => toObject(parseBody(body));

/** The same where a list would do as well. */
export function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Problem(400, 'Problems parsing JSON');
  }
}

export function toObject(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem(400, 'Body should be a JSON object');
  }
  return Object.fromEntries(Object.entries(value));
}

/** Refuses a key that is not among `known`. For the controls only: GitHub ignores what it does not know. */
export function requireKeys(body: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(body).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Problem(400, `Unknown key "${unknown}"; known: ${known.join(', ')}`);
}

const invalid = (name: string, value: unknown, type: string): Problem =>
  new Problem(422, `Invalid request.\n\nFor 'properties/${name}', ${JSON.stringify(value)} is not ${type}.`);

/** `null` counts as absent, as GitHub takes it for the fields used here. */
export function optionalString(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(name, value, 'a string');
  return value;
}

export function requiredString(body: JsonObject, name: string): string {
  const value = optionalString(body, name);
  if (value === undefined) throw new Problem(422, `Invalid request.\n\n"${name}" wasn't supplied.`);
  return value;
}

export function optionalBoolean(body: JsonObject, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw invalid(name, value, 'a boolean');
  return value;
}

export function optionalNumber(body: JsonObject, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalid(name, value, 'a number');
  return value;
}

export function requiredNumber(body: JsonObject, name: string): number {
  const value = optionalNumber(body, name);
  if (value === undefined) throw new Problem(422, `Invalid request.\n\n"${name}" wasn't supplied.`);
  return value;
}

export function optionalObject(body: JsonObject, name: string): JsonObject | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(name, value, 'an object');
  return Object.fromEntries(Object.entries(value));
}

export function optionalChoice<Choice extends string>(
  body: JsonObject,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = optionalString(body, name);
  if (value === undefined) return undefined;
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw invalid(name, value, `one of ${choices.join(', ')}`);
  return choice;
}

export function stringList(value: unknown, name: string): string[] {
  const texts = Array.isArray(value) ? value.filter((one: unknown) => typeof one === 'string') : [];
  if (!Array.isArray(value) || texts.length < value.length) throw invalid(name, value, 'a list of strings');
  return texts;
}
