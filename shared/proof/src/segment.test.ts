import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical.js';
import { readSegment } from './segment.js';
import { createSignatureCache } from './signature-cache.js';
import { type SegmentToVerify, signSegments } from './statement.js';
import {
  crypto,
  keyring,
  operationStreamId,
  planner,
  publisher,
  startedBytes,
  startedEvent,
} from './testing/fixtures.js';

/** A segment signed truly by the publisher, whatever it says: what a compromised or broken service could append. */
function signedBy(events: readonly string[], overrides: Partial<SegmentToVerify> = {}): SegmentToVerify {
  const segment = { stream: operationStreamId, firstSeq: 4, events, ...overrides };
  const [statement] = signSegments(crypto, {
    segments: [segment],
    actor: 'publisher',
    keyId: 'publisher-1',
    epoch: 1,
    key: publisher.signing,
  });
  if (statement === undefined) throw new Error('one statement per segment');
  return { statement, keyring, ...segment };
}

const event = (overrides: Record<string, unknown>): string => canonicalJson(startedEvent(4, overrides));

describe('law E3: reading a segment', () => {
  test('given a signed segment, when read, then the events come back typed with their digests', () => {
    const events = startedBytes(4, 3);
    const read = readSegment(crypto, { ...signedBy(events), cache: createSignatureCache() });
    expect(read.events).toEqual(events.map((bytes) => JSON.parse(bytes)));
    expect(read.digests).toEqual(events.map((bytes) => crypto.sha256Hex(bytes)));
    expect(read.unknown).toEqual([]);
  });

  test.each([
    ['another stream', event({ stream: `${operationStreamId}-x` }), 'stream_mismatch'],
    ['another seq', event({ seq: 5 }), 'sequence_gap'],
    ['another actor', event({ actor: 'planner' }), 'actor_mismatch'],
    ['data that does not fit its type', event({ data: {} }), 'event_invalid'],
    ['a member no one knows', event({ admin: true }), 'event_invalid'],
    [
      'a type this actor may not say',
      event({ type: 'operation.blocked', data: blocked() }),
      'emitter_not_allowed',
    ],
    ['a type of another stream', event({ type: 'gate.refused', data: refused() }), 'emitter_not_allowed'],
    ['bytes that are not canonical', JSON.stringify(startedEvent(4)), 'json_not_canonical'],
    ['bytes that are no JSON', '{', 'json_malformed'],
    ['bytes that are no event', '[]', 'event_invalid'],
  ])(
    'given a truly signed event with %s, when read, then it is refused, naming stream and seq',
    (_, bytes, code) => {
      expect(() => readSegment(crypto, signedBy([bytes]))).toThrowError(
        expect.objectContaining({ code, message: expect.stringContaining(`${operationStreamId} seq 4`) }),
      );
    },
  );

  test('given a gap inside, when read, then the message names the seq that is missing', () => {
    const [first = '', , third = ''] = startedBytes(4, 3);
    expect(() => readSegment(crypto, signedBy([first, third]))).toThrowError(
      expect.objectContaining({ code: 'sequence_gap', message: expect.stringContaining('seq 5') }),
    );
  });

  test('law F3: given a bad signature, when read, then nothing inside is looked at', () => {
    const segment = signedBy(['this is not JSON']);
    expect(() => readSegment(crypto, { ...segment, firstSeq: 1 })).toThrowError(
      expect.objectContaining({ code: 'inclusion_invalid' }),
    );
  });

  test.each([
    ['type', { type: 'operation.teleported' }],
    ['version', { version: 2 }],
  ])(
    'given a signed event of an unknown %s, when read, then it is held and reported, and the others read',
    (_, what) => {
      const [known = ''] = startedBytes(5, 1);
      const read = readSegment(crypto, signedBy([event({ ...what, data: { new: 1 } }), known]));
      expect(read.events.map(({ seq }) => seq)).toEqual([5]);
      expect(read.digests).toHaveLength(2);
      expect(read.unknown).toEqual([expect.stringContaining(`${operationStreamId} seq 4: unknown event`)]);
    },
  );

  test('given an unknown event out of its place, when read, then it is refused all the same', () => {
    const misplaced = event({ type: 'operation.teleported', actor: 'ledger' });
    expect(() => readSegment(crypto, signedBy([misplaced]))).toThrowError(
      expect.objectContaining({ code: 'actor_mismatch' }),
    );
  });

  test('given events signed by a service that may say them, when the statement claims another, then refused', () => {
    const segment = signedBy(startedBytes(4, 1));
    const statement = { ...segment.statement, key_id: planner.listed.key_id };
    expect(() => readSegment(crypto, { ...segment, statement })).toThrowError(
      expect.objectContaining({ code: 'actor_mismatch' }),
    );
  });
});

function blocked(): unknown {
  return { operation_id: 'release', reason: { code: 'x', message: 'x', remedy: 'x' } };
}

function refused(): unknown {
  return {
    check: 'signatures',
    job_digest: '0'.repeat(64),
    reason: { code: 'x', message: 'x', remedy: 'x' },
    claimed_run_id: null,
    claimed_operation_id: null,
    claimed_receipt_id: null,
  };
}
