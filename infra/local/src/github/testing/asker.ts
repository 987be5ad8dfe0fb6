import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect } from 'vitest';
import { OpenApiContract } from '../openapi-contract.js';

export interface Ask {
  readonly method?: string;
  readonly anonymous?: boolean;
  /** Instead of the token asked with otherwise. */
  readonly token?: string;
  readonly json?: unknown;
  readonly bytes?: string;
}

export const contract = OpenApiContract.load();

export type Asker = (template: string, path: string, expected: number, options?: Ask) => Promise<unknown>;

/** Sends requests and holds their bodies and answers against GitHub's description. */
export const asker =
  (url: () => string, token: string): Asker =>
  async (template, path, expected, options = {}) => {
    const method = options.method ?? 'GET';
    if (options.json !== undefined && expected < 300) {
      expect(contract.requestFaults(method, template, options.json)).toEqual([]);
    }
    const headers = new Headers();
    if (options.anonymous !== true) headers.set('authorization', `Bearer ${options.token ?? token}`);
    if (options.bytes !== undefined) headers.set('content-type', 'application/octet-stream');
    const body = options.bytes ?? (options.json === undefined ? null : JSON.stringify(options.json));
    const response = await fetch(`${url()}${path}`, { method, headers, body, redirect: 'manual' });
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    expect({ status: response.status, answer }).toMatchObject({ status: expected });
    expect(response.headers.get('x-github-request-id')).toMatch(/^[0-9A-F]+:/);
    expect(Number(response.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
    // GitHub's refusals carry their status in the body; its description of a 422 has not caught up with that. A missing
    // or wrong token is described for no endpoint at all.
    const faults = contract.answerFaults(method, template, expected, answer);
    const told = faults.filter((fault) => expected < 400 || !fault.startsWith('$.status:'));
    if (expected !== 401) expect(told).toEqual([]);
    return answer;
  };

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An App's key pair. */
export function appKeys(): { readonly publicKey: string; readonly privateKey: KeyObject } {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: pair.privateKey,
  };
}

/** A JWT as an App signs it, valid for five minutes where `claims` does not say otherwise. */
export function appJwt(key: KeyObject, iss: number | string, claims: object = {}, alg = 'RS256'): string {
  const nowS = Math.floor(Date.now() / 1_000);
  const payload = { iss, iat: nowS - 30, exp: nowS + 300, ...claims };
  const signed = `${base64({ alg, typ: 'JWT' })}.${base64(payload)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}
