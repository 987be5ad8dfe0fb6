import { openApiDocument } from '@marketops/console';
import { type ApiRole, apiRoles } from '@marketops/operator/api-keys';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arbitraryOf, type JsonSchema } from '../support/arbitrary-of.js';
import { type Asked, type TemporaryConsole, temporaryConsole } from '../support/console.js';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}
interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: JsonSchema } };
  };
  readonly security?: readonly unknown[];
}

const document = openApiDocument() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);
type Entry = (typeof operations)[number];
const ofTenant = operations.filter(({ operation }) => operation.description.includes('the tenant concerned'));
const streams: ReadonlySet<string> = new Set(['followRun', 'followRuns']);
const schemas = document.components.schemas;

let the: TemporaryConsole;
let all: string;
let known: Readonly<Record<string, string>>;
const byRole = new Map<ApiRole, string>();

beforeAll(async () => {
  the = await temporaryConsole();
  all = the.key('local', apiRoles, 'all');
  for (const role of apiRoles) byRole.set(role, the.key(`only-${role}`, [role]));
  const { body } = await the.ask(all, '/v1/runs', {
    body: {
      ...{ tenant_id: 'acme', mode: 'prod', repository: 'acme/widgets' },
      operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v8.0.0' }],
    },
  });
  await the.client.ended([body.run_id]);
  const { started } = await the.client.operation(body.run_id, 'tag');
  known = {
    run_id: body.run_id,
    operation_id: 'tag',
    receipt_id: started?.data.receipt_id ?? '',
    ...{ id: '0000000000000000', name: 'none', path: '0/000' },
  };
}, 120_000);
afterAll(async () => {
  await the?.close();
});

const pathOf = (path: string, values: Readonly<Record<string, string>> = known): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'x'));
const bodyOf = ({ operation }: Entry): Pick<Asked, 'body'> =>
  operation.requestBody === undefined ? {} : { body: {} };
/** The last event’s id is none: a stream says so at once, or begins, and is left. */
const ask = (key: string | undefined, entry: Entry, over: Asked = {}, path = pathOf(entry.path)) =>
  streams.has(entry.operation.operationId) && key !== undefined && over.body === undefined
    ? the.begin(key, path)
    : the.ask(key, path, { method: entry.method, ...bodyOf(entry), ...over });

describe('every operation of the document', () => {
  it('given nobody, then 401 for each but those that are for everybody', async () => {
    for (const entry of operations.filter(({ operation }) => operation.security !== undefined)) {
      const { status, body } = await ask(undefined, entry);
      expect([entry.operation.operationId, status, body.code]).toEqual([
        entry.operation.operationId,
        401,
        'unauthenticated',
      ]);
    }
  });

  it('given each role alone, then exactly what the document says it may', async () => {
    const wrong: unknown[] = [];
    for (const entry of operations) {
      if (entry.operation.security === undefined) continue;
      const { description, operationId } = entry.operation;
      for (const [role, key] of byRole) {
        const everywhere = description.includes('for every tenant.');
        const named = /Takes the role ([a-z or]+) for/.exec(description)?.[1]?.split(' or ');
        // A key for one tenant is not enough for what concerns all of them.
        const may = !everywhere && (named === undefined || named.includes(role));
        const { status } = await ask(key, entry);
        const isRefused = status === 401 || status === 403;
        // The subject of a freeze is known only with the order, which is empty here.
        if (isRefused === may) wrong.push([operationId, role, may, status]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('given a key for another tenant with every role, then nothing of this one can be told or changed', async () => {
    const foreign = the.key('stranger', apiRoles, ['beta']);
    for (const entry of ofTenant.filter(({ path }) => /\{(run|receipt)_id\}/.test(path))) {
      const valid = entry.operation.requestBody === undefined ? {} : { body: sampleOf(entry) };
      const { status, body } = await ask(foreign, entry, valid);
      // A made-up statement may be none at all: then that is what is said, and nothing of the run.
      const isTold =
        status === 404 ? /not_found/.test(body.code) : status === 400 && body.code === 'request_invalid';
      expect([entry.operation.operationId, status, body.code, isTold]).toEqual([
        entry.operation.operationId,
        expect.any(Number),
        expect.any(String),
        true,
      ]);
    }
    for (const path of [
      '/v1/runs',
      '/v1/receipts',
      '/v1/approvals',
      '/v1/dead-letters',
      '/v1/ledger/entries',
    ]) {
      const { body } = await the.ask(foreign, path);
      expect(body[Object.keys(body).find((name) => Array.isArray(body[name])) ?? '']).toEqual([]);
    }
  });

  it('given inputs made from the document, valid and spoiled, then an answer of its own and never a defect', async () => {
    const defects: unknown[] = [];
    for (const entry of operations) {
      if (streams.has(entry.operation.operationId) || entry.operation.operationId === 'signIn') continue;
      // What is made up must not freeze the system for the tests after this one, nor give out keys without end.
      const runs = entry.operation.requestBody === undefined ? 15 : 30;
      await fc.assert(
        fc.asyncProperty(inputOf(entry), async ({ path, body, headers }) => {
          const { status, body: said } = await the.ask(all, path, {
            method: entry.method,
            headers,
            ...(body === undefined ? {} : { body }),
          });
          if (status >= 500 && said.code !== 'timed_out')
            defects.push([entry.operation.operationId, path, body, said]);
          if (status >= 400 && status !== 416)
            expect(said).toMatchObject({ status, code: expect.any(String), next: expect.any(String) });
        }),
        { numRuns: runs, endOnFailure: true },
      );
    }
    expect(defects).toEqual([]);
  }, 240_000);
});

/** A body as the schema of its operation wants it; the same each time. */
const sampleOf = ({ operation }: Entry): unknown => {
  const schema = operation.requestBody?.content['application/json'].schema;
  return schema === undefined
    ? undefined
    : fc.sample(arbitraryOf(schema, schemas), { numRuns: 1, seed: 7 })[0];
};

function inputOf({ path, operation }: Entry) {
  const { parameters = [], requestBody } = operation;
  const value = (schema: JsonSchema) =>
    fc.oneof(
      { weight: 3, arbitrary: arbitraryOf(schema, schemas) },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    );
  const part = (where: Parameter['in']) =>
    fc.record(
      Object.fromEntries(
        parameters.filter((one) => one.in === where).map(({ name, schema }) => [name, value(schema)]),
      ),
      { requiredKeys: [] },
    );
  const schema = requestBody?.content['application/json'].schema;
  const body =
    schema === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          { weight: 3, arbitrary: arbitraryOf(schema, schemas) },
          { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
        );
  return fc.record({ inPath: part('path'), query: part('query'), body, known: fc.boolean() }).map((made) => {
    const values = made.known ? known : { ...known, ...(made.inPath as Record<string, string>) };
    const query = new URLSearchParams();
    for (const [name, given] of Object.entries(made.query))
      for (const one of Array.isArray(given) ? given : [given])
        query.append(name, String(one).toWellFormed());
    const text = query.size === 0 ? '' : `?${query}`;
    return { path: `${pathOf(path, values)}${text}`, body: made.body, headers: {} };
  });
}
