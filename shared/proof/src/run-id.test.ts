import { operationStream, RunId, runStream, systemStream } from '@marketops/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveRunId, digestPartition } from './run-id.js';
import { crypto, runId } from './testing/fixtures.js';

const identity = { principal: 'ci', tenantId: 'acme', idempotencyKey: 'release-1.4.0' };

describe('run ids', () => {
  test('given an identity, when derived twice, then it is the same run, for ever', () => {
    // A changed derivation would start every known run anew: this figure must never change.
    expect(deriveRunId(crypto, identity)).toBe('run_m28tt5na247g7v3v9wjwvw7s0e');
    expect(RunId.safeParse(deriveRunId(crypto, identity)).success).toBe(true);
  });

  test('given two identities, when derived, then the runs are the same only if the identities are', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '/', ' ', '\\'), maxLength: 4 });
    const any = fc.record({ principal: part, tenantId: part, idempotencyKey: part });
    fc.assert(
      fc.property(any, any, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(deriveRunId(crypto, one) === deriveRunId(crypto, other)).toBe(same);
      }),
      { numRuns: 1_000 },
    );
  });

  test('given a boundary moved between the parts, when derived, then it is another run', () => {
    const ids = [
      deriveRunId(crypto, { principal: 'a', tenantId: 'bc', idempotencyKey: 'd' }),
      deriveRunId(crypto, { principal: 'ab', tenantId: 'c', idempotencyKey: 'd' }),
      deriveRunId(crypto, { principal: 'a', tenantId: 'b', idempotencyKey: 'cd' }),
    ];
    expect(new Set(ids).size).toBe(3);
  });
});

describe('partitions', () => {
  test('given a run and its operations, when partitioned, then they share one; system is 0', () => {
    const partition = digestPartition(crypto, runStream(runId));
    expect(digestPartition(crypto, operationStream(runId, 'release'))).toBe(partition);
    expect(digestPartition(crypto, operationStream(runId, 'tag'))).toBe(partition);
    expect(digestPartition(crypto, systemStream)).toBe(0);
  });

  test('given a run, when partitioned, then it is the first four bytes of SHA-256 of the run id, mod 64', () => {
    const word = Buffer.from(crypto.sha256Hex(runId), 'hex').readUInt32BE();
    expect(digestPartition(crypto, runStream(runId))).toBe(word % 64);
  });

  test('given many runs, when partitioned, then every partition gets some', () => {
    const partitions = Array.from({ length: 2_000 }, (_, index) =>
      digestPartition(crypto, runStream(deriveRunId(crypto, { ...identity, idempotencyKey: String(index) }))),
    );
    expect(new Set(partitions).size).toBe(64);
    expect(Math.min(...partitions)).toBe(0);
    expect(Math.max(...partitions)).toBe(63);
  });
});
