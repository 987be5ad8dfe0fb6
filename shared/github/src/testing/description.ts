import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/*
 * For tests: GitHub's published description of its API, read for what a request may hold beside its body, and for
 * the answers it gives as examples. Bodies and answers are held against their schemas by OpenApiContract.
 */

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectAt = (value: unknown): Json => (isObject(value) ? value : {});
const listAt = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const document = objectAt(
  JSON.parse(
    readFileSync(
      createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json'),
      'utf8',
    ),
  ),
);

function deref(value: unknown): Json {
  const reference = objectAt(value)['$ref'];
  if (typeof reference !== 'string') return objectAt(value);
  let at: unknown = document;
  for (const part of reference.slice(2).split('/')) at = objectAt(at)[part];
  return deref(at);
}

/** A request as it arrived: the path decoded no further than the URL needs. */
export interface Arrived {
  readonly method: string;
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly accept: string;
}

export interface Described {
  /** `GET /repos/{owner}/{repo}`. */
  readonly name: string;
  readonly method: string;
  readonly template: string;
  /** The path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly operation: Json;
}

const partsOf = (path: string): string[] => path.split('/').slice(1);

function matched(template: string, pathname: string): Record<string, string> | undefined {
  const names = partsOf(template);
  const values = partsOf(pathname);
  if (names.length !== values.length) return undefined;
  const path: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? '';
    if (!name.startsWith('{')) {
      if (name !== value) return undefined;
    } else path[name.slice(1, -1)] = decodeURIComponent(value);
  }
  return path;
}

/** The endpoint a request is for: the one with the fewest parameters, as GitHub routes them. */
export function describedAs({ method, pathname }: Arrived): Described | undefined {
  const found = Object.keys(objectAt(document['paths'])).flatMap((template): Described[] => {
    const operation = objectAt(objectAt(objectAt(document['paths'])[template])[method.toLowerCase()]);
    const path = matched(template, pathname);
    if (path === undefined || Object.keys(operation).length === 0) return [];
    return [{ name: `${method} ${template}`, method, template, path, operation }];
  });
  return found.sort((one, other) => Object.keys(one.path).length - Object.keys(other.path).length)[0];
}

function valueFaults(name: string, schema: Json, text: string): string[] {
  if (schema['type'] === 'integer' && !/^\d+$/.test(text)) return [`${name}: "${text}" is no integer`];
  const choices = listAt(schema['enum']);
  if (choices.length > 0 && !choices.includes(text)) return [`${name}: "${text}" is none of ${choices}`];
  const max = /Max(?:imum)?:? (\d+)|max (\d+)/i.exec(String(schema['description'] ?? ''))?.[1];
  return max !== undefined && Number(text) > Number(max) ? [`${name}: more than ${max}`] : [];
}

/** What is wrong with a request's path, query and accepted media type; an empty list when nothing is. */
export function requestLineFaults({ operation, path }: Described, arrived: Arrived): string[] {
  const parameters = listAt(operation['parameters']).map(deref);
  const of = (where: string) => parameters.filter((one) => one['in'] === where);
  const named = (where: string, name: string) => of(where).find((one) => one['name'] === name);
  const faults: string[] = [];
  for (const [where, given] of [
    ['path', Object.entries(path)],
    ['query', [...arrived.query]],
  ] as const) {
    for (const [name, value] of given) {
      const parameter = named(where, name);
      if (parameter === undefined) faults.push(`GitHub has no ${where} parameter ${name}`);
      else faults.push(...valueFaults(name, deref(parameter['schema']), value));
    }
  }
  for (const { name } of of('query').filter((one) => one['required'] === true)) {
    if (!arrived.query.has(String(name))) faults.push(`the query lacks ${String(name)}`);
  }
  const plain = arrived.accept === 'application/vnd.github.v3+json';
  if (!plain && !String(operation['description']).includes(arrived.accept)) {
    faults.push(`it does not answer ${arrived.accept}`);
  }
  return faults;
}

export interface ExampleAnswer {
  readonly status: number;
  /** Undefined for an answer without content. */
  readonly body: unknown;
}

/** GitHub's own example of a success. */
export function exampleAnswer({ operation, name }: Described): ExampleAnswer {
  const responses = objectAt(operation['responses']);
  const status = Object.keys(responses).find((one) => one.startsWith('2'));
  if (status === undefined) throw new Error(`${name} has no success described`);
  const content = objectAt(deref(responses[status])['content'])['application/json'];
  const [example] = Object.values(objectAt(objectAt(content)['examples']));
  return { status: Number(status), body: deref(example)['value'] };
}

/** Every label of the media types that a request's body may have. */
export const bodyMediaTypes = ({ operation }: Described): string[] =>
  Object.keys(objectAt(objectAt(operation['requestBody'])['content']));
