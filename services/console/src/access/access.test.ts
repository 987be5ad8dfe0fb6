import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiKeysFolder, makeApiKey, openApiKeys } from '@marketops/operator/api-keys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cell } from '../api/runs/export.js';
import { redacted } from '../queues/redacted.js';
import { byApiKey } from './authenticate.js';
import { grantsOf } from './login/grants.js';
import { RateLimit } from './rate-limit.js';
import { Sessions } from './sessions.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nowMs = Date.parse('2026-05-01T12:00:00.000Z');
const made = () =>
  makeApiKey(
    { name: 'ci', principal: 'ci', grants: [{ tenants: ['acme'], roles: ['submitter'] }], created_by: 'ops' },
    { nowMs, lifeMs: 1_000 },
  );

describe('API keys', () => {
  it('given a key, then its secret opens until it expires or is revoked, and is on no disk', () => {
    const keys = openApiKeys(folder);
    const one = made();
    keys.add(one);
    const by = (text: string, atMs = nowMs) => byApiKey({ keys, nowMs: () => atMs }, text);
    expect(by(one.secret)).toMatchObject({ principal: 'ci', id: one.stored.id, byCookie: false });
    expect(() => by(one.secret, nowMs + 1_000)).toThrow(/expired/);
    const file = join(apiKeysFolder(folder), readdirSync(apiKeysFolder(folder))[0] ?? '');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toContain(one.secret.split('_')[2]);
    expect(keys.revoke(one.stored.id, nowMs)?.revoked_at).not.toBeNull();
    expect(() => by(one.secret)).toThrow(/revoked/);
  });

  it('given anything else, then the same words whatever is wrong with it', () => {
    const keys = openApiKeys(folder);
    const one = made();
    keys.add(one);
    const other = made().secret.split('_')[2];
    const wrong = [
      '',
      'x',
      'mo__',
      `mo_${one.stored.id}_${other}`,
      `mo_../../etc_${other}`,
      `${one.secret}x`,
    ];
    for (const text of wrong)
      expect(() => byApiKey({ keys, nowMs: () => nowMs }, text)).toThrow(/is not one of this server’s/);
  });
});

describe('limits and sessions', () => {
  it('given a minute’s requests at once, then the next waits, and comes back at its rate', () => {
    const limit = new RateLimit(60);
    for (let at = 0; at < 60; at += 1) expect(limit.take('ci', nowMs)).toBeUndefined();
    expect(limit.take('ci', nowMs)).toBe(1);
    expect(limit.take('other', nowMs)).toBeUndefined();
    expect(limit.take('ci', nowMs + 1_000)).toBeUndefined();
  });

  it('given a session, then it ends with its time, with what it was made of, and when it is closed', () => {
    const sessions = new Sessions();
    const caller = byApiKey(
      { keys: { ...openApiKeys(folder), find: () => one.stored }, nowMs: () => nowMs },
      one.secret,
    );
    let good = true;
    const token = sessions.open(caller, nowMs + 10, () => good);
    expect(sessions.find(token, nowMs)).toBe(caller);
    expect(sessions.find(`${token}x`, nowMs)).toBeUndefined();
    expect(sessions.find(token, nowMs + 10)).toBeUndefined();
    const again = sessions.open(caller, nowMs + 10, () => good);
    good = false;
    expect(sessions.find(again, nowMs)).toBeUndefined();
  });
  const one = made();
});

describe('what comes from outside', () => {
  it('given claims, then only what marketops.yml names, and no address that nobody has verified', () => {
    const rules = [
      { claim: 'groups', value: 'ops', tenants: 'all', roles: ['operator'] },
      { claim: 'email', value: 'a@x.test', tenants: ['acme'], roles: ['admin'] },
    ] as const;
    expect(grantsOf(rules, { groups: ['dev', 'ops'] })).toEqual([{ tenants: 'all', roles: ['operator'] }]);
    expect(grantsOf(rules, { groups: 'ops-team', email: 'a@x.test' })).toEqual([]);
    expect(grantsOf(rules, { email: 'a@x.test', email_verified: true })).toHaveLength(1);
    expect(grantsOf(rules, JSON.parse('{"__proto__":{"groups":"ops"}}'))).toEqual([]);
  });

  it('given what a spreadsheet would run, then it is text', () => {
    expect(cell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
    for (const text of ['+1', '-1', '@a', '\tx', ' =1', '|x', '＝1']) expect(cell(text)).toMatch(/^"'/);
    expect(cell(-5)).toBe('-5');
  });

  it('given a job, then the board shows what it is about, and nothing of what it holds', () => {
    const data = {
      run_id: 'r',
      receipt: { receipt_id: 'x', signatures: { hmac_sha256: 's' } },
      body: 'secret',
    };
    expect(redacted(data)).toEqual({
      run_id: 'r',
      receipt: { receipt_id: 'x', signatures: { hmac_sha256: '…' } },
      body: '…',
    });
  });
});
