import { describe, expect, test } from 'vitest';
import { generateSigningKey, loadSigningKey } from '../node.js';
import { crypto, digest } from '../testing/fixtures.js';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.js';
import { emptyTreeRoot } from './consistency.js';
import { cosignatureSigner, cosignatureTime } from './cosignature.js';
import { decodeNote, ed25519Signer, noteVerifier, parseNote, signNote } from './note.js';
import { cosignatureKeyType, formatVerifierKey } from './note-keys.js';

function newKey(name: string) {
  const { privatePem, publicRawBase64 } = generateSigningKey();
  const signing = { name, key: loadSigningKey(privatePem), publicKey: publicRawBase64 };
  return {
    signing,
    plain: noteVerifier(crypto, formatVerifierKey(crypto, signing)),
    witness: noteVerifier(crypto, formatVerifierKey(crypto, signing, cosignatureKeyType)),
  };
}

const origin = 'log.example';
const log = newKey(origin);
const other = newKey(origin);
const witnesses = [newKey('witness.example/w1'), newKey('witness.example/w2')];
const text = formatCheckpoint({ origin, size: 13, root: digest('root'), extensions: [] });
const cosigned = signNote(text, [
  ed25519Signer(crypto, log.signing),
  ...witnesses.map(({ signing }, index) => cosignatureSigner(crypto, signing, 1_700_000_000 + index)),
]);
const trust = { origin, logKeys: [log.plain], witnessKeys: witnesses.map(({ witness }) => witness) };
const refused = (code: string) => expect.objectContaining({ code });

describe('checkpoints', () => {
  test('given C2SP’s example, when read and written, then it is the same', () => {
    const example =
      'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n' +
      '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n' +
      '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n';
    const { text: signed, signatures } = parseNote(example);
    const checkpoint = parseCheckpoint(signed);
    expect(checkpoint).toEqual({
      origin: 'example.com/behind-the-sofa',
      size: 20_852_163,
      root: '0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62',
      extensions: [],
    });
    expect(formatCheckpoint(checkpoint)).toBe(signed);
    expect(cosignatureTime(signatures[1]?.signature ?? new Uint8Array())).toBe(1_679_315_147);
    expect(cosignatureTime(signatures[0]?.signature ?? new Uint8Array())).toBeUndefined();
  });

  const root = Buffer.alloc(32, 7).toString('base64');
  test.each([
    ['fewer than three lines', `Head\n9944\n`],
    ['an empty origin', `\n9944\n${root}\n`],
    ['no newline after the root', `Log\n123\n${root}`],
    ['a size that is no number', `Log\nbananas\n${root}\n`],
    ['a negative size', `Log\n-34\n${root}\n`],
    ['a size with a leading zero', `Log\n034\n${root}\n`],
    ['a size with a sign', `Log\n+34\n${root}\n`],
    ['a size no double counts', `Log\n9007199254740993\n${root}\n`],
    ['a size too large', `Log\n3438945738945739845734895735\n${root}\n`],
    ['a root that is not base64', `Log\n123\nThisIsn'tBase64\n`],
    ['a root of another length', `Log\n123\nYmFuYW5hcw==\n`],
    ['an empty extension line', `Log\n9944\n${root}\n\nmore\n`],
    ['another root for no entries', `Log\n0\n${root}\n`],
    ['windows lines', `Log\r\n9944\r\n${root}\r\n`],
  ])('given a checkpoint with %s, when read, then it is refused', (_, bad) => {
    expect(() => parseCheckpoint(bad)).toThrowError(refused('checkpoint_malformed'));
  });

  test('given extension lines and an empty tree, when read, then they stay', () => {
    expect(parseCheckpoint(`Moon Log\n4027504\n${root}\n6086d1a9\nWaxing gibbous\n`).extensions).toEqual([
      '6086d1a9',
      'Waxing gibbous',
    ]);
    const empty = { origin, size: 0, root: emptyTreeRoot, extensions: [] };
    expect(parseCheckpoint(formatCheckpoint(empty))).toEqual(empty);
  });

  test.each([
    { origin: 'two\nlines' },
    { origin: '' },
    { extensions: ['two\nlines'] },
    { size: -1 },
    { size: 0.5 },
    { size: 0 },
    { root: 'ff' },
  ])('given %j, when written, then it is refused', (bad) => {
    const checkpoint = { origin, size: 13, root: digest('root'), extensions: [], ...bad };
    expect(() => formatCheckpoint(checkpoint)).toThrowError(refused('checkpoint_malformed'));
  });
});

describe('L1: opening a checkpoint', () => {
  test('given log and witnesses, when opened, then it says who signed and when', () => {
    const opened = openCheckpoint(cosigned, { ...trust, witnessesMin: 2 });
    expect(opened.checkpoint.size).toBe(13);
    expect(opened.signedBy).toEqual([origin]);
    expect(opened.cosignatures).toEqual([
      { name: 'witness.example/w1', timeSeconds: 1_700_000_000 },
      { name: 'witness.example/w2', timeSeconds: 1_700_000_001 },
    ]);
  });

  test('given another origin, a key of another log, or witnesses alone, then it is refused', () => {
    expect(() => openCheckpoint(cosigned, { ...trust, origin: 'other.example' })).toThrowError(
      refused('checkpoint_origin'),
    );
    expect(() => openCheckpoint(cosigned, { origin, logKeys: [other.plain] })).toThrowError(
      refused('note_unsigned'),
    );
    expect(() => openCheckpoint(cosigned, { ...trust, logKeys: [other.plain] })).toThrowError(
      refused('note_unsigned'),
    );
  });

  test('given fewer witnesses than asked for, then it is refused; one key under two names counts once', () => {
    const twice = newKey('witness.example/a');
    const alias = { ...twice.signing, name: 'witness.example/b' };
    const note = signNote(text, [
      ed25519Signer(crypto, log.signing),
      cosignatureSigner(crypto, twice.signing, 1),
      cosignatureSigner(crypto, alias, 1),
    ]);
    const witnessKeys = [
      twice.witness,
      noteVerifier(crypto, formatVerifierKey(crypto, alias, cosignatureKeyType)),
    ];
    expect(() => openCheckpoint(note, { ...trust, witnessKeys, witnessesMin: 2 })).toThrowError(
      refused('witnesses_missing'),
    );
    expect(openCheckpoint(note, { ...trust, witnessKeys, witnessesMin: 1 }).cosignatures).toHaveLength(1);
    expect(() => openCheckpoint(cosigned, { origin, logKeys: [log.plain], witnessesMin: 1 })).toThrowError(
      refused('witnesses_missing'),
    );
  });

  test('given any one byte changed, removed or added, when opened, then it is refused', () => {
    const bytes = Buffer.from(cosigned);
    const opens = (changed: Uint8Array): boolean => {
      try {
        openCheckpoint(decodeNote(changed), { ...trust, witnessesMin: 2 });
        return true;
      } catch {
        return false;
      }
    };
    expect(opens(bytes)).toBe(true);
    const survivors: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0x0a, 0x31, 0x41, (bytes[at] ?? 0) ^ 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        if (!changed.equals(bytes) && opens(changed)) survivors.push(`${at} = ${value}`);
      }
      if (opens(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])))
        survivors.push(`without ${at}`);
      if (opens(Buffer.concat([bytes.subarray(0, at), Buffer.of(0x41), bytes.subarray(at)])))
        survivors.push(`more at ${at}`);
    }
    expect(survivors).toEqual([]);
  });
});

describe('cosignatures', () => {
  test('given a published one, when read, then its time is the published one', () => {
    const published = Buffer.from(
      'ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==',
      'base64',
    );
    expect(cosignatureTime(published.subarray(4))).toBe(1_727_964_367);
    expect(cosignatureTime(published.subarray(5))).toBeUndefined();
    expect(cosignatureTime(Buffer.alloc(72, 0xff))).toBeUndefined();
  });

  test('given another time or text, when verified, then it does not hold', () => {
    const [{ signing, witness } = newKey('none')] = witnesses;
    const signature = cosignatureSigner(crypto, signing, 1_700_000_000).sign(text);
    expect(witness.verify(text, signature)).toBe(true);
    const later = Uint8Array.from(signature);
    later[7] = (later[7] ?? 0) ^ 1;
    expect(witness.verify(text, later)).toBe(false);
    expect(witness.verify(`${text}Extendo\n`, signature)).toBe(false);
    expect(witness.verify(text, signature.subarray(1))).toBe(false);
  });
});
