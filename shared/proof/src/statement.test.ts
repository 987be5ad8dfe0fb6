import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openKeyring } from './keyring.js';
import { createSignatureCache } from './signature-cache.js';
import { type SegmentToSign, type SegmentToVerify, signSegments, verifySegment } from './statement.js';
import {
  at,
  crypto,
  keyring,
  keyringOf,
  mint,
  operationStreamId,
  publisher,
  startedBytes,
  testKey,
} from './testing/fixtures.js';
import { survivorsOf } from './testing/mutate.js';

const signer = { actor: 'publisher', keyId: 'publisher-1', epoch: 3, key: publisher.signing } as const;
const stream = (index: number): string => `${operationStreamId}-${index}`;

function signed(segments: readonly SegmentToSign[]): SegmentToVerify[] {
  const statements = signSegments(crypto, { ...signer, segments });
  return segments.map((segment, index) => {
    const statement = statements[index];
    if (statement === undefined) throw new Error('one statement per segment');
    return { ...segment, statement, keyring };
  });
}

const three = signed([
  { stream: stream(0), firstSeq: 1, events: startedBytes(1, 2) },
  { stream: stream(1), firstSeq: 7, events: startedBytes(7, 1) },
  { stream: stream(2), firstSeq: 1, events: startedBytes(1, 4) },
]);
const second = three[1] as SegmentToVerify;
const refusal = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

describe('law E3: statements', () => {
  test('given one append of three segments, when each is verified alone, then the event digests come back', () => {
    const cache = createSignatureCache();
    for (const segment of three) {
      const digests = segment.events.map((event) => crypto.sha256Hex(event));
      expect(verifySegment(crypto, segment)).toEqual(digests);
      expect(verifySegment(crypto, { ...segment, cache, at })).toEqual(digests);
    }
    expect(cache.size).toBe(1);
  });

  test('given any segments, when signed, then all verify, and none under the statement of another', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(sizes, (counts) => {
        const segments = signed(
          counts.map((count, index) => ({
            stream: stream(index),
            firstSeq: 1,
            events: startedBytes(1, count),
          })),
        );
        const cache = createSignatureCache();
        for (const [index, segment] of segments.entries()) {
          expect(verifySegment(crypto, { ...segment, cache })).toHaveLength(counts[index] ?? 0);
          const other = segments[(index + 1) % segments.length] ?? segment;
          expect(() => verifySegment(crypto, { ...segment, statement: other.statement, cache })).toThrowError(
            refusal('inclusion_invalid'),
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['cold', undefined],
    ['warm', createSignatureCache()],
  ])('given a statement, when any field is mutated, then verification throws (%s cache)', (_, cache) => {
    verifySegment(crypto, { ...second, cache });
    const survivors = survivorsOf(second.statement, (statement) =>
      verifySegment(crypto, { ...second, statement, cache }),
    );
    expect(survivors).toEqual([]);
  });

  test('given a segment, when any byte of it is mutated, then verification throws', () => {
    const { stream: id, firstSeq, events } = second;
    const cache = createSignatureCache();
    expect(
      survivorsOf({ stream: id, firstSeq, events }, (changed) =>
        verifySegment(crypto, { ...second, ...changed, cache }),
      ),
    ).toEqual([]);
  });

  test('given a segment, when its tail is cut, reordered or repeated, then verification throws', () => {
    const last = three[2] as SegmentToVerify;
    for (const events of [
      last.events.slice(0, 3),
      last.events.slice(1),
      last.events.toReversed(),
      [...last.events, ...last.events],
      [],
    ]) {
      expect(() => verifySegment(crypto, { ...last, events })).toThrowError(refusal('inclusion_invalid'));
    }
  });

  test('given a refusal, then its message names stream and seq', () => {
    expect(() => verifySegment(crypto, { ...second, firstSeq: 8 })).toThrowError(
      refusal('inclusion_invalid', `${stream(1)} from seq 8`),
    );
  });

  test('given a genuine key of another actor or purpose, when it signs as publisher, then it is refused', () => {
    const segments = [{ stream: stream(0), firstSeq: 1, events: startedBytes(1, 1) }];
    const forge = (keyId: string, key = mint.signing): SegmentToVerify => {
      const [statement] = signSegments(crypto, { segments, actor: 'publisher', epoch: 3, keyId, key });
      if (statement === undefined) throw new Error('one statement per segment');
      return { ...(segments[0] as SegmentToSign), statement, keyring };
    };
    expect(() => verifySegment(crypto, forge('mint-1'))).toThrowError(refusal('key_wrong_purpose'));
    expect(() => verifySegment(crypto, forge('planner-1'))).toThrowError(refusal('actor_mismatch'));
    expect(() => verifySegment(crypto, forge('publisher-1'))).toThrowError(refusal('signature_invalid'));
    expect(() => verifySegment(crypto, forge('ghost-1'))).toThrowError(refusal('key_unknown'));
  });

  test('given a revoked key, when its statement is verified, then only a time before the revocation passes', () => {
    const revoked = testKey('publisher-0', 'actor', 'publisher', { revoked_at: at });
    const ring = openKeyring(crypto, keyringOf(revoked));
    const segment = { stream: stream(0), firstSeq: 1, events: startedBytes(1, 1) };
    const [statement] = signSegments(crypto, {
      segments: [segment],
      actor: 'publisher',
      epoch: 1,
      keyId: 'publisher-0',
      key: revoked.signing,
    });
    if (statement === undefined) throw new Error('one statement per segment');
    const verify = (time?: string) => () =>
      verifySegment(crypto, { ...segment, statement, keyring: ring, at: time });
    expect(verify('2026-03-01T11:59:59.999Z')()).toHaveLength(1);
    expect(verify(at)).toThrowError(refusal('key_revoked'));
    expect(verify()).toThrowError(refusal('key_revoked'));
  });

  test('given an event with a lone surrogate, when signed or verified, then it is refused', () => {
    const events = ['"\ud800"'];
    expect(() => signed([{ stream: stream(0), firstSeq: 1, events }])).toThrowError(
      refusal('json_unsupported_value'),
    );
    const [genuine] = signed([{ stream: stream(0), firstSeq: 1, events: ['"\ufffd"'] }]);
    if (genuine === undefined) throw new Error('one statement per segment');
    expect(() => verifySegment(crypto, { ...genuine, events })).toThrowError(
      refusal('json_unsupported_value'),
    );
  });
});
