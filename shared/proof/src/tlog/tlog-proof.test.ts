import { describe, expect, test } from 'vitest';
import { inclusionPath, leafHash, rootOf } from '../merkle.js';
import { generateSigningKey, loadSigningKey } from '../node.js';
import { crypto } from '../testing/fixtures.js';
import { leafHashOfBytes } from './bytes.js';
import { formatCheckpoint } from './checkpoint.js';
import { ed25519Signer, noteVerifier, signNote } from './note.js';
import { formatVerifierKey } from './note-keys.js';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.js';

const origin = 'log.example';
const pair = generateSigningKey();
const signing = { name: origin, key: loadSigningKey(pair.privatePem), publicKey: pair.publicRawBase64 };
const trust = { origin, logKeys: [noteVerifier(crypto, formatVerifierKey(crypto, signing))] };
const entries = Array.from({ length: 13 }, (_, index) => `{"entry":${index}}`);
const leaves = entries.map((entry) => leafHash(crypto, entry));
const checkpoint = signNote(
  formatCheckpoint({ origin, size: 13, root: rootOf(crypto, leaves), extensions: [] }),
  [ed25519Signer(crypto, signing)],
);
const proof = { index: 6, path: inclusionPath(crypto, leaves, 6), checkpoint };
const leaf = leafHashOfBytes(crypto, Buffer.from(entries[6] ?? ''));
const refused = (code: string) => expect.objectContaining({ code });
const hash = Buffer.alloc(32, 7).toString('base64');

describe('.tlog-proof', () => {
  test('given a proof, when written, read and verified, then it names the checkpoint', () => {
    const text = formatTlogProof(proof);
    expect(text.startsWith('c2sp.org/tlog-proof@v1\nindex 6\n')).toBe(true);
    expect(parseTlogProof(text)).toEqual(proof);
    expect(verifyTlogProof(crypto, parseTlogProof(text), leaf, trust).checkpoint.size).toBe(13);
    const extra = Buffer.from('a hint');
    const hinted = parseTlogProof(formatTlogProof({ ...proof, extra }));
    expect(Buffer.from(hinted.extra ?? []).toString()).toBe('a hint');
  });

  test('given a log of one entry, when proven, then the path is empty', () => {
    const root = rootOf(crypto, leaves.slice(6, 7));
    const note = signNote(formatCheckpoint({ origin, size: 1, root, extensions: [] }), [
      ed25519Signer(crypto, signing),
    ]);
    const text = formatTlogProof({ index: 0, path: [], checkpoint: note });
    expect(verifyTlogProof(crypto, parseTlogProof(text), leaf, trust).checkpoint.size).toBe(1);
  });

  test.each([
    ['another header', 'wrong-header\nindex 0\n\ncheckpoint\n'],
    ['extra data that is not base64', 'c2sp.org/tlog-proof@v1\nextra !!notbase64!!\nindex 0\n\ncheckpoint\n'],
    ['no index', 'c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n'],
    ['an index that is no number', 'c2sp.org/tlog-proof@v1\nindex notanumber\n\ncheckpoint\n'],
    ['a negative index', 'c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n'],
    ['an index with a leading zero', 'c2sp.org/tlog-proof@v1\nindex 05\n\ncheckpoint\n'],
    ['a hash that is not base64', 'c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!\n\ncheckpoint\n'],
    [
      'a hash of 64 bytes',
      `c2sp.org/tlog-proof@v1\nindex 0\n${Buffer.alloc(64).toString('base64')}\n\ncheckpoint\n`,
    ],
    ['two extra lines', 'c2sp.org/tlog-proof@v1\nextra YQ==\nextra YQ==\nindex 0\n\ncheckpoint\n'],
    ['64 hashes', `c2sp.org/tlog-proof@v1\nindex 0\n${`${hash}\n`.repeat(64)}\ncheckpoint\n`],
    ['no empty line', `c2sp.org/tlog-proof@v1\nindex 0\n${'a'.repeat(66_560)}\n`],
    ['no checkpoint', 'c2sp.org/tlog-proof@v1\nindex 0\n\n'],
    ['more than it may hold', `c2sp.org/tlog-proof@v1\nindex 0\n\n${'a'.repeat(400_000)}`],
  ])('given a proof with %s, when read, then it is refused', (_, text) => {
    expect(() => parseTlogProof(text)).toThrowError(refused('tlog_proof_malformed'));
  });

  test('L3: given another entry, index or log, when verified, then it is refused', () => {
    const otherLeaf = leaves[5] ?? '';
    expect(() => verifyTlogProof(crypto, proof, otherLeaf, trust)).toThrowError(refused('leaf_not_in_log'));
    expect(() => verifyTlogProof(crypto, { ...proof, index: 7 }, leaf, trust)).toThrowError(
      refused('leaf_not_in_log'),
    );
    expect(() => verifyTlogProof(crypto, proof, leaf, { ...trust, origin: 'other.example' })).toThrowError(
      refused('checkpoint_origin'),
    );
    expect(() => verifyTlogProof(crypto, proof, leaf, { origin, logKeys: [] })).toThrowError(
      refused('note_unsigned'),
    );
  });

  test('L1: given any one byte of the file changed, removed or added, when verified, then it is refused', () => {
    const text = formatTlogProof(proof);
    const holds = (changed: string): boolean => {
      try {
        verifyTlogProof(crypto, parseTlogProof(changed), leaf, trust);
        return true;
      } catch {
        return false;
      }
    };
    expect(holds(text)).toBe(true);
    const survivors: string[] = [];
    for (let at = 0; at < text.length; at++) {
      for (const character of ['\n', ' ', '0', '1', 'A', '=']) {
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        if (changed !== text && holds(changed)) survivors.push(`${at} = ${character}`);
        const longer = text.slice(0, at) + character + text.slice(at);
        if (longer !== text && holds(longer)) survivors.push(`${character} before ${at}`);
      }
      const shorter = text.slice(0, at) + text.slice(at + 1);
      if (shorter !== text && holds(shorter)) survivors.push(`without ${at}`);
    }
    expect(survivors).toEqual([]);
  });
});
