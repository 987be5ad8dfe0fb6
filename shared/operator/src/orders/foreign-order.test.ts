import { randomBytes } from 'node:crypto';
import type { OperatorAction, OperatorCommand } from '@marketops/contracts';
import { commandBy, testAudience, testKeys } from '@marketops/engine/testing';
import { openKeyring, signCommand } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { commandClaims } from './command-claims.js';
import { refuseForeignOrder } from './foreign-order.js';

const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
const atIso = (ms = nowMs) => new Date(ms).toISOString();
const keys = testKeys();
const trust = { crypto: nodeCrypto, keyring: keys.keyring, audience: testAudience };
const runId = `run_${'a'.repeat(26)}`;
const redrive = { kind: 'redrive' as const, run_id: runId, operations: ['tag'] };
const good = (over: Partial<OperatorCommand> = {}, action: OperatorAction = redrive) =>
  commandBy(keys, 'alice', action, nowMs, over);
const refusal = (why: string) =>
  expect.objectContaining({ code: 'signature_refused', message: expect.stringContaining(why) }) as Error;
const refuse = (command: OperatorCommand, atMs = nowMs, of = trust) =>
  refuseForeignOrder(of, command, { kind: 'redrive', run_id: runId }, atIso(atMs));

describe('F2: an order that was signed elsewhere', () => {
  it('given it is for exactly this, then it is taken as it was signed', () => {
    expect(refuse(good())).toEqual(redrive);
  });

  it('given it was made here to be signed, then it counts for five minutes', () => {
    const { keyId, key } = keys.outside('bob');
    const draft = { action: redrive, reason: 'an incident', principal: 'bob', keyId, audience: testAudience };
    const claims = commandClaims({ ...draft, nowMs });
    expect(claims).toMatchObject({ version: 1, action: redrive, principal: 'bob', key_id: keyId });
    expect(commandClaims({ ...draft, nowMs }).command_id).not.toBe(claims.command_id);
    const command = signCommand(nodeCrypto, claims, key);
    expect(refuse(command, nowMs + 299_999)).toEqual(redrive);
    expect(() => refuse(command, nowMs + 300_000)).toThrow(refusal('counts from'));
  });

  it.each<[string, OperatorAction]>([
    ['another kind', { kind: 'erase', run_id: runId }],
    ['another run', { ...redrive, run_id: `run_${'b'.repeat(26)}` }],
  ])('given it orders %s, then it is refused', (_what, action) => {
    expect(() => refuse(good({}, action))).toThrow(refusal('something else'));
  });

  it('given what was signed has more or fewer scopes, or lifts other freezes, then it is refused', () => {
    const freeze = commandBy(keys, 'alice', { kind: 'freeze', scopes: ['all'] }, nowMs);
    expect(refuseForeignOrder(trust, freeze, { kind: 'freeze', scopes: ['all'] }, atIso()).scopes).toEqual([
      'all',
    ]);
    for (const scopes of [['tenant:acme'], ['all', 'tenant:acme'], []])
      expect(() => refuseForeignOrder(trust, freeze, { kind: 'freeze', scopes }, atIso())).toThrow(
        refusal('something else'),
      );
    const unfreeze = commandBy(keys, 'alice', { kind: 'unfreeze', scopes: ['all'], freezes: [] }, nowMs);
    const lifted = ['01ARZ3NDEKTSV4RRFFQ69G5FAV'];
    expect(() =>
      refuseForeignOrder(trust, unfreeze, { kind: 'unfreeze', scopes: ['all'], freezes: lifted }, atIso()),
    ).toThrow(refusal('something else'));
  });

  it.each<[string, Partial<OperatorCommand>, string]>([
    ['another system', { audience: { ...testAudience, environment: 'prod' } }, 'another system'],
    ['later', { issued_at: atIso(nowMs + 60_000) }, 'counts from'],
    ['before', { issued_at: atIso(nowMs - 600_000), expires_at: atIso(nowMs - 1) }, 'counts from'],
    ['more than ten minutes', { expires_at: atIso(nowMs + 600_001) }, 'counts from'],
    ['somebody else, by a key that is not theirs', { principal: 'bob' }, 'not one of'],
    ['a key that nobody lists', { key_id: 'mallory-1' }, 'mallory-1'],
  ])('given it was signed for %s, then it is refused', (_what, over, why) => {
    expect(() => refuse(good(over))).toThrow(refusal(why));
  });

  it('given anything was altered since, then it is refused', () => {
    expect(() => refuse({ ...good(), reason: 'another' })).toThrow(refusal('does not hold'));
    const { signature } = good({ reason: 'another' });
    expect(() => refuse({ ...good(), signature })).toThrow(refusal('does not hold'));
    expect(() => refuse({ ...good(), signature: randomBytes(64).toString('base64') })).toThrow(
      refusal('does not hold'),
    );
  });

  it('given the key was revoked, then it is refused, whenever it was signed', () => {
    const published = {
      ...keys.published,
      keys: keys.published.keys.map((key) =>
        key.key_id === 'alice-1' ? { ...key, revoked_at: atIso(nowMs - 1) } : key,
      ),
    };
    const keyring = openKeyring(nodeCrypto, published);
    expect(() => refuse(good(), nowMs, { ...trust, keyring })).toThrow(refusal('alice-1'));
  });
});
