import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import fc from 'fast-check';
import type { GateRules } from '../../gate/context.js';
import { sharedAuthority } from '../gate-fixture.js';
import { stranger } from './minting.js';
import { type Mutation, gateRules as rules } from './mutation.js';

type Listed = ReturnType<GateRules['keyring']['list']>[number];
const keyringWith = (change: (mint: Listed) => readonly Listed[]): GateRules => {
  const keys = sharedAuthority.keyring
    .list()
    .flatMap((key) => (key.key_id === sharedAuthority.mint.keyId ? change(key) : [key]));
  const keyring = openKeyring(nodeCrypto, {
    ...{ version: 1, environment: 'test', log_origin: 'log.test', keys: [...keys] },
  });
  return { ...rules, keyring };
};
const strangersMint = stranger.keyring.describe(stranger.mint.keyId)?.public_key ?? '';

const otherRules: readonly GateRules[] = [
  keyringWith(() => []),
  keyringWith((mint) => [{ ...mint, revoked_at: '2020-06-01T00:00:00.000Z' }]),
  keyringWith((mint) => [{ ...mint, not_before: '2099-01-01T00:00:00.000Z' }]),
  keyringWith((mint) => [{ ...mint, not_after: '2025-12-31T00:00:00.000Z' }]),
  keyringWith((mint) => [{ ...mint, public_key: strangersMint }]),
  keyringWith((mint) => [{ ...mint, purpose: 'actor' } as Listed]),
  keyringWith((mint) => [{ ...mint, actor: 'publisher' } as Listed]),
  { ...rules, keyring: stranger.keyring },
  { ...rules, hmacKeys: new Map() },
  { ...rules, hmacKeys: new Map([['receipt-hmac', stranger.hmac]]) },
  { ...rules, hmacKeys: new Map([['receipt-hmac-2', sharedAuthority.hmac]]) },
  { ...rules, issuer: 'marketops-tes' },
  { ...rules, audience: { ...rules.audience, environment: 'tests' } },
  { ...rules, audience: { ...rules.audience, api_origin: 'https://api.github.com:443' } },
  { ...rules, audience: { ...rules.audience, log_origin: 'Log.test' } },
  { ...rules, allowList: { allows: () => false } },
];

export const keyMutation: fc.Arbitrary<Mutation> = fc.constantFrom(...otherRules).map((other) => ({
  of: 'key',
  apply: (one) => ({ rules: other, facts: one.facts }),
}));
