import {
  type ApiKeyFolder,
  apiKeyState,
  isSecretOf,
  readApiKey,
  type StoredApiKey,
} from '@marketops/operator/api-keys';
import type { Context } from 'hono';

import { ConsoleError } from '../errors.js';
import type { Caller } from './caller.js';
import { cookieOf } from './cookie.js';
import { type Sessions, sessionCookie } from './sessions.js';

/** What says who asks. */
export interface Credentials {
  readonly keys: ApiKeyFolder;
  readonly sessions: Sessions;
  readonly nowMs: () => number;
  /** Whether browsers reach us over https. */
  readonly secure: boolean;
}

const callerOf = (key: StoredApiKey): Caller => ({
  kind: 'api_key',
  id: key.id,
  principal: key.principal,
  name: key.name,
  grants: key.grants,
  expiresAtMs: Date.parse(key.expires_at),
  byCookie: false,
});

/** @throws ConsoleError `unauthenticated`: the same words whatever is wrong with it, but for what its holder must know */
export function byApiKey({ keys, nowMs }: Pick<Credentials, 'keys' | 'nowMs'>, text: string): Caller {
  const presented = readApiKey(text);
  const key = presented === undefined ? undefined : keys.find(presented.id);
  if (presented === undefined || key === undefined || !isSecretOf(key, presented.own))
    throw unauthenticated('the API key is not one of this server’s');
  const state = apiKeyState(key, nowMs());
  if (state === 'good') return callerOf(key);
  throw unauthenticated(
    state === 'expired' ? `the API key expired at ${key.expires_at}` : 'the API key was revoked',
  );
}

/** Who asks; undefined where nobody says so. @throws ConsoleError `unauthenticated` where what is presented does not count */
export function callerIn(c: Context, the: Credentials): Caller | undefined {
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const [, text] = /^Bearer +(\S{1,200})$/i.exec(header) ?? [];
    if (text === undefined) throw unauthenticated('the authorization header is no bearer token');
    return byApiKey(the, text);
  }
  const token = cookieOf(c, sessionCookie, the.secure);
  if (token === undefined || token === '') return undefined;
  const caller = the.sessions.find(token, the.nowMs());
  if (caller === undefined) throw unauthenticated('the session has ended');
  return caller;
}

export const unauthenticated = (message: string): ConsoleError =>
  new ConsoleError('unauthenticated', message, {
    next: 'Sign in, or send Authorization: Bearer with a key that counts.',
  });
