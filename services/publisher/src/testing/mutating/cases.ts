import type { Operation } from '@marketops/contracts';
import fc from 'fast-check';
import { type Case, passingCase } from '../gate-fixture.js';
import { attachmentOperation, pullOperation, releaseOperation, tagOperation } from '../operations.js';
import { iso } from './mutation.js';

const minuteMs = 60_000;

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const textOf = (alphabet: string, length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.nat(alphabet.length - 1), { minLength: length, maxLength: length })
    .map((at) => at.map((index) => alphabet[index]).join(''));
const hex = (length: number) => textOf('0123456789abcdef', length);
const ulid = textOf(crockford, 25).map((text) => `0${text}`);
const words = textOf('abcdefghijklmnopqrstuvwxyz ', 12);
const repository = fc.record({
  id: fc.integer({ min: 1, max: 2 ** 31 }),
  owner: fc.constantFrom('acme', 'Acme', 'ACME'),
  name: textOf('abcdefghij0123456789.-', 8).map((name) => `w${name}`),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .record({ repository, target_sha: hex(40), release_name: words, body: words, draft: fc.boolean() })
    .map(releaseOperation),
  fc.record({ repository, target_sha: hex(40), message: words }).map(tagOperation),
  fc.record({ repository, title: words, body: words, draft: fc.boolean() }).map(pullOperation),
  fc
    .record({ repository, target_sha: hex(40), release_id: fc.integer({ min: 1, max: 2 ** 31 }) })
    .map(attachmentOperation),
);

/** A receipt of any kind, run, tenant, epoch and lifetime, presented at any time at which it counts. */
export const anyCase: fc.Arbitrary<Case> = fc
  .record({
    operation,
    claims: fc.record({
      receipt_id: ulid.map((id) => `rcp_${id}`),
      run_id: textOf('0123456789abcdefghjkmnpqrstvwxyz', 26).map((id) => `run_${id}`),
      plan_digest: hex(64),
      tenant_id: textOf('abcdefghij-_', 6).map((id) => `t${id}`),
      epoch: fc.integer({ min: 1, max: 1_000_000 }),
      decision_id: ulid,
      policy_digest: hex(64),
    }),
    issuedAtMs: fc.integer({
      min: Date.parse('2026-01-01T00:00:00Z'),
      max: Date.parse('2026-12-31T00:00:00Z'),
    }),
    ttlMs: fc.integer({ min: 1_000, max: 24 * 60 * minuteMs }),
    age: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })
  .map(({ operation, claims, issuedAtMs, ttlMs, age }) => {
    const times = {
      issued_at: iso(issuedAtMs),
      not_before: iso(issuedAtMs),
      expires_at: iso(issuedAtMs + ttlMs),
    };
    const one = passingCase({ operation, place: { ...claims, ...times } });
    return { ...one, facts: { ...one.facts, now: iso(issuedAtMs + Math.floor(age * ttlMs)) } };
  });
