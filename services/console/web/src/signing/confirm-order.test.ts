import { commandPayloadType, type OperatorCommandClaims } from '@marketops/contracts';
import { base64Url, canonicalJson, commandBytes, encodeBase64, passkeyChallenge } from '@marketops/proof';
import { webCrypto } from '@marketops/proof/web';
import { describe, expect, it } from 'vitest';
import { type AskedOrder, confirmOrder } from './confirm-order.js';
import { mutationsOf } from './testing/mutations.js';

const utf8 = new TextEncoder();
const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const audience = { environment: 'prod', api_origin: 'https://api.github.test', log_origin: 'x.test/log' };
const freezes = ['01JABCDEFGHJKMNPQRSTVWXYZ1', '01JABCDEFGHJKMNPQRSTVWXYZ2'] as const;
const action: OperatorCommandClaims['action'] = { kind: 'unfreeze', scopes: ['all'], freezes: [...freezes] };
const asked: AskedOrder = {
  ...{ action, reason: 'it is over', principal: 'alice', keyId: 'alice-1', audience },
};
const claimsOf = (over: Partial<OperatorCommandClaims> = {}): OperatorCommandClaims => ({
  ...{ version: 1, command_id: '01JABCDEFGHJKMNPQRSTVWXYZ0', action, reason: 'it is over', audience },
  ...{ principal: 'alice', key_id: 'alice-1', issued_at: iso(nowMs), expires_at: iso(nowMs + 300_000) },
  ...over,
});
function faultsOf(claims: OperatorCommandClaims): readonly string[] {
  const bytes = commandBytes(claims);
  const toSign = {
    ...{ claims, payload_type: commandPayloadType },
    payload_base64: encodeBase64(utf8.encode(canonicalJson(claims))),
    pae_base64: encodeBase64(utf8.encode(bytes)),
    challenge: base64Url(passkeyChallenge(webCrypto, bytes)),
  };
  return confirmOrder(webCrypto, toSign, asked, nowMs).faults.map(({ message }) => message);
}

describe('an order is the one that was chosen', () => {
  it('given it is, or lifts fewer freezes than are shown, then it may be signed', () => {
    expect(faultsOf(claimsOf())).toEqual([]);
    expect(faultsOf(claimsOf({ action: { ...action, freezes: [freezes[1]] } }))).toEqual([]);
  });

  it('O1: given it lifts a freeze that the page does not show, or whatever there is, then it may not be signed', () => {
    const unseen = ['01JABCDEFGHJKMNPQRSTVWXYZ3'];
    const refusal = ['It orders something else than you chose.'];
    expect(faultsOf(claimsOf({ action: { ...action, freezes: unseen } }))).toEqual(refusal);
    expect(faultsOf(claimsOf({ action: { kind: 'unfreeze', scopes: ['all'] } }))).toEqual(refusal);
    expect(faultsOf(claimsOf({ action: { kind: 'freeze', scopes: ['all'] } }))).toEqual(refusal);
  });

  it('given any other thing in it is changed by the server, then it may not be signed', () => {
    const {
      command_id: _nonce,
      action: _action,
      issued_at: _issued,
      expires_at: _expires,
      ...rest
    } = claimsOf();
    for (const { value, where } of mutationsOf(rest)) {
      expect(faultsOf({ ...claimsOf(), ...value }), where).not.toEqual([]);
    }
  });

  it('given it would count for longer than an order may, or is dated otherwise, then it may not be signed', () => {
    expect(faultsOf(claimsOf({ expires_at: iso(nowMs + 600_001) })).join()).toMatch(/too long/);
    expect(faultsOf(claimsOf({ issued_at: iso(nowMs + 61_000) })).join()).toMatch(/compare the clocks/);
  });
});
