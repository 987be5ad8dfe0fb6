import type { Engine } from '@marketops/engine';
import { describe, expect, it } from 'vitest';
import { networkOf } from './address.js';
import { RefusalAudit } from './audit.js';
import type { Caller } from './caller.js';
import { cookieName } from './cookie.js';
import { Sealer } from './login/sealed.js';
import { Sessions } from './sessions.js';

const caller = (id: string): Caller => ({
  ...{ kind: 'api_key', id, principal: id, name: id, grants: [] },
  ...{ expiresAtMs: Number.MAX_SAFE_INTEGER, byCookie: true },
});

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:0:1::5', '2001:db8:0:1::/64'],
  ['2001:0db8:0000:0001:ffff:ffff:ffff:fffe', '2001:db8:0:1::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('given the address %s, then %s is what limits count', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe('sessions', () => {
  it('given one caller who signs in without end, then their own oldest ends, and nobody else’s', () => {
    const sessions = new Sessions();
    const other = sessions.open(caller('other'), 10, () => true);
    const tokens = Array.from({ length: 10_050 }, () => sessions.open(caller('one'), 10, () => true));
    expect(sessions.find(other, 0)?.id).toBe('other');
    expect(tokens.filter((token) => sessions.find(token, 0) !== undefined)).toEqual(tokens.slice(-20));
  });

  it('given https, then the cookie has a name that no other host can set', () => {
    expect([cookieName('a', true), cookieName('a', false)]).toEqual(['__Host-a', 'a']);
  });
});

it('given what was sealed, then it opens here alone, and not where one bit of it was changed', () => {
  const sealer = new Sealer();
  const sealed = sealer.seal('{"state":"s"}');
  expect(sealer.open(sealed)).toBe('{"state":"s"}');
  expect(new Sealer().open(sealed)).toBeUndefined();
  const bytes = Buffer.from(sealed, 'base64url');
  for (const at of [0, 12, 27, bytes.length - 1]) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(sealer.open(altered.toString('base64url'))).toBeUndefined();
  }
  for (const none of ['', 'x', 'A'.repeat(40)]) expect(sealer.open(none)).toBeUndefined();
});

it('given a flood of refusals by nobody in particular, then there is room left to tell of a known caller', async () => {
  const told: { code: string; principal: string | null }[] = [];
  const engine = {
    clock: { nowMs: () => 1_000_000 },
    reader: { read: () => Promise.reject(new Error('Redis is away')) },
    log: { warn: ({ refusals }: { refusals: typeof told }) => told.push(...refusals) },
  } as unknown as Engine;
  const audit = new RefusalAudit(engine);
  for (let at = 0; at < 150; at += 1)
    audit.refused({ code: 'unauthenticated', operation: `operation${at}`, caller: undefined });
  audit.refused({ code: 'forbidden', operation: 'freeze', caller: caller('ci') });
  await audit.flush();
  expect(told.filter(({ principal }) => principal === null)).toHaveLength(30);
  expect(told.filter(({ principal }) => principal === 'ci')).toHaveLength(1);
});
