import type { Acknowledgement } from '@marketops/contracts';
import { describe, expect, test } from 'vitest';
import {
  acknowledgementPayloadType,
  signAcknowledgements,
  verifyAcknowledgement,
} from './acknowledgement.js';
import { createSignatureCache } from './signature-cache.js';
import { signSegments } from './statement.js';
import {
  crypto,
  digest,
  keyring,
  ledger,
  mint,
  operationStreamId,
  startedBytes,
} from './testing/fixtures.js';
import { survivorsOf } from './testing/mutate.js';

const commit = {
  term: 2,
  epoch: 1,
  firstSequence: 41,
  lastSequence: 60,
  lastHash: digest('last'),
  keyId: 'ledger-ack-1',
  key: ledger.signing,
} as const;
const streams = Array.from(
  { length: 5 },
  (_, index) => [`${operationStreamId}-${index}`, index + 1, digest(`events ${index}`)] as const,
);
const acks = signAcknowledgements(crypto, { ...commit, streams });
const third = acks[2] as Acknowledgement;

describe('acknowledgements', () => {
  test('given a commit of five streams, when each word is verified alone, then all hold', () => {
    const cache = createSignatureCache();
    for (const [index, ack] of acks.entries()) {
      verifyAcknowledgement(crypto, { ack, keyring, cache });
      expect([ack.stream, ack.seq, ack.digest]).toEqual(streams[index]);
    }
    expect(acks).toHaveLength(5);
    expect(cache.size).toBe(1);
  });

  test.each([
    ['cold', undefined],
    ['warm', createSignatureCache()],
  ])(
    'law X1: given an acknowledgement, when any field is mutated, then verification throws (%s cache)',
    (_, cache) => {
      verifyAcknowledgement(crypto, { ack: third, keyring, cache });
      expect(survivorsOf(third, (ack) => verifyAcknowledgement(crypto, { ack, keyring, cache }))).toEqual([]);
    },
  );

  test('given the word for one stream, when presented for another of the batch, then inclusion_invalid', () => {
    const [first] = acks;
    if (first === undefined) throw new Error('unreachable');
    const swapped = { ...third, stream: first.stream, seq: first.seq };
    expect(() => verifyAcknowledgement(crypto, { ack: swapped, keyring })).toThrowError(
      expect.objectContaining({ code: 'inclusion_invalid', message: expect.stringContaining(first.stream) }),
    );
  });

  test('given a key that is not the ledger’s for this purpose, when it acknowledges, then it is refused', () => {
    const [byMint] = signAcknowledgements(crypto, { ...commit, streams, keyId: 'mint-1', key: mint.signing });
    if (byMint === undefined) throw new Error('unreachable');
    expect(() => verifyAcknowledgement(crypto, { ack: byMint, keyring })).toThrowError(
      expect.objectContaining({ code: 'key_wrong_purpose' }),
    );
  });

  test('given a statement signed with the ledger’s key, when read as an acknowledgement, then its domain gives it away', () => {
    const segments = [{ stream: operationStreamId, firstSeq: 1, events: startedBytes(1, 1) }];
    const [statement] = signSegments(crypto, {
      segments,
      actor: 'ledger',
      keyId: 'ledger-ack-1',
      epoch: 1,
      key: ledger.signing,
    });
    if (statement === undefined) throw new Error('unreachable');
    const { root, size, index, path, signature } = statement;
    const ack = { ...third, root, size, index, path, signature };
    expect(() => verifyAcknowledgement(crypto, { ack, keyring })).toThrowError();
    expect(acknowledgementPayloadType).toBe('application/vnd.marketops.acknowledgement.v1+json');
  });
});
