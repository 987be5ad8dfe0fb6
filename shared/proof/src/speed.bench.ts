import { bench, describe } from 'vitest';
import { canonicalJson } from './canonical.js';
import { entryOf, genesisHash, verifyEntry } from './chain.js';
import { digestOf } from './digest.js';
import { generateHmacKey, loadHmacKey } from './node.js';
import { parseCanonicalJson, parseJson } from './parse-json.js';
import { signReceipt, verifyReceiptSignatures } from './receipts.js';
import { readSegment } from './segment.js';
import { createSignatureCache } from './signature-cache.js';
import { type SegmentToVerify, signSegments, verifySegment } from './statement.js';
import {
  at,
  crypto,
  digest,
  keyring,
  mint,
  operationStreamId,
  publisher,
  receiptClaims,
  startedBytes,
  startedEvent,
} from './testing/fixtures.js';

// `npx vitest bench --run shared/proof/src`: figures to read, not a gate.
const event = startedEvent(1);
const bytes = canonicalJson(event);
const segments = Array.from({ length: 64 }, (_, index) => ({
  stream: operationStreamId,
  firstSeq: 1 + index * 2,
  events: startedBytes(1 + index * 2, 2),
}));
const signer = { actor: 'publisher', keyId: 'publisher-1', epoch: 1, key: publisher.signing } as const;
const statements = signSegments(crypto, { ...signer, segments });
const cache = createSignatureCache();
let turn = 0;
const next = (): SegmentToVerify => {
  turn = (turn + 1) % segments.length;
  return { ...segments[turn], statement: statements[turn], keyring } as SegmentToVerify;
};

describe(`an event of ${bytes.length} bytes`, () => {
  bench('canonicalJson', () => void canonicalJson(event));
  bench('digestOf', () => void digestOf(crypto, event));
  bench('parseCanonicalJson', () => void parseCanonicalJson(bytes));
  bench('parseJson', () => void parseJson(bytes));
});

describe('segments of two events, 64 to a signature', () => {
  bench('signSegments (all 64)', () => void signSegments(crypto, { ...signer, segments }));
  bench('verifySegment, cold', () => void verifySegment(crypto, next()));
  bench('verifySegment, warm cache', () => void verifySegment(crypto, { ...next(), cache }));
  bench('readSegment, warm cache', () => void readSegment(crypto, { ...next(), cache }));
});

describe('receipts and the chain', () => {
  const hmac = loadHmacKey(generateHmacKey());
  const keys = { ed25519: mint.signing, hmac };
  const receipt = signReceipt(crypto, receiptClaims, keys);
  const trust = { keyring, hmacKeys: new Map([['hmac-1', hmac]]), at };
  const entry = {
    sequence: 1,
    prevHash: genesisHash,
    eventBytes: bytes,
    eventDigest: digest(bytes),
    statementDigest: digest('s'),
  };
  const written = entryOf(crypto, entry);
  bench('signReceipt', () => void signReceipt(crypto, receiptClaims, keys));
  bench('verifyReceiptSignatures', () => void verifyReceiptSignatures(crypto, receipt, trust));
  bench('entryOf', () => void entryOf(crypto, entry));
  bench('verifyEntry', () => {
    verifyEntry(crypto, { bytes: written.bytes, expectedSequence: 1, expectedPrevHash: genesisHash });
  });
});
