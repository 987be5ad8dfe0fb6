import type { ConfigOverrides } from '@marketops/cli';
import { type ApiGrant, type ApiRole, makeApiKey, openApiKeys } from '@marketops/operator/api-keys';
import { answerFaults } from './fits-schema.js';
import { type TemporarySystem, temporarySystem } from './temporary-system.js';

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else as text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

/** A whole system with the console as a process beside it, and keys of its API. */
export interface TemporaryConsole extends TemporarySystem {
  readonly url: string;
  /** A new key; its secret. */
  key(principal: string, roles: readonly ApiRole[], tenants?: ApiGrant['tenants']): string;
  /** Asks in the name of a key; of nobody where there is none. @throws TypeError where the answer is not as the API’s document says */
  ask(key: string | undefined, path: string, asked?: Asked): Promise<Answer>;
  /** Opens an event stream and leaves it; a refusal is read. */
  begin(key: string, path: string): Promise<Answer>;
}

export async function temporaryConsole(config: ConfigOverrides = {}): Promise<TemporaryConsole> {
  const the = await temporarySystem({
    services: ['ledger', 'planner', 'federation', 'publisher', 'console'],
    config: { ...config, console: { port: 0, requests_per_minute: 100_000, ...config.console } },
  });
  const { console: said } = (await the.system.health('console')) as { console: { url: string } };
  const url = `http://${said.url}`;
  const keys = openApiKeys(the.system.loaded.dataDir);
  return {
    ...the,
    url,
    key(principal, roles, tenants = ['acme']) {
      const made = makeApiKey(
        { name: 'test', principal, grants: [{ tenants, roles: [...roles] }], created_by: principal },
        { nowMs: Date.now(), lifeMs: 3_600_000 },
      );
      keys.add(made);
      return made.secret;
    },
    async begin(key, path) {
      const leaving = new AbortController();
      const response = await fetch(`${url}${path}`, {
        headers: { authorization: `Bearer ${key}` },
        signal: leaving.signal,
      });
      const { status, headers } = response;
      const body = status === 200 ? {} : await response.json();
      leaving.abort();
      return { status, headers, body };
    },
    async ask(key, path, { method, body, headers = {} } = {}) {
      const response = await fetch(`${url}${path}`, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        redirect: 'manual',
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      const { status, headers: given } = response;
      const answer: Answer = { status, headers: given, body: isJson ? JSON.parse(text) : text };
      const verb = method ?? (body === undefined ? 'GET' : 'POST');
      const faults = answerFaults({
        ...{ method: verb, path, status, body: answer.body },
        contentType: given.get('content-type'),
      });
      if (faults.length > 0)
        throw new TypeError(
          `${verb} ${path} answered ${status} not as documented: ${faults.slice(0, 5).join('; ')}`,
        );
      return answer;
    },
  };
}
