import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadSigningKey } from '../node.js';
import { crypto } from '../testing/fixtures.js';
import { cosignatureSigner } from './cosignature.js';
import {
  decodeNote,
  ed25519Signer,
  noteBytesMax,
  noteVerifier,
  openNote,
  parseNote,
  signNote,
} from './note.js';
import { formatVerifierKey, isNoteKeyName, parseVerifierKey } from './note-keys.js';

/** Published figures of golang.org/x/mod/sumdb/note and of c2sp.org/signed-note. */
const peterKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
/** Its private half as published: the type, and the seed. */
const peterTypedSeed = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const enochKey = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const text =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n";
const peterSig =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const enochSig =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const sumdbKey = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
const sumdbNote =
  'go.sum database tree\n30055305\nmXfgRcJ0bG0j3CPdKwgGWtUzBUbX67saZGRmFuJGGsM=\n\n' +
  '— sum.golang.org Az3grpgEild5qw7+5dtV13Kf1C2Xurm8q4fhdxvcsDHnqNTaxL2AFjBY+2TyGKevucFcAAlWFJJYle3EJlDCrQ+y3A8=\n';
const c2spNote =
  'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n' +
  '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';

const peter = noteVerifier(crypto, peterKey);
const enoch = noteVerifier(crypto, enochKey);
/** The seed of a published test key as PKCS #8. */
const peterPem = createPrivateKey({
  key: Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from(peterTypedSeed, 'base64').subarray(1),
  ]),
  format: 'der',
  type: 'pkcs8',
})
  .export({ format: 'pem', type: 'pkcs8' })
  .toString();
const peterSigning = {
  name: 'PeterNeumann',
  key: loadSigningKey(peterPem),
  publicKey: peter.publicKey,
};
const refused = (code: string) => expect.objectContaining({ code });

describe('published notes', () => {
  test('given the published key, when the published text is signed, then the note is the published one', () => {
    const signer = ed25519Signer(crypto, peterSigning);
    expect(signNote(text, [signer])).toBe(`${text}\n${peterSig}`);
    const { signatures } = parseNote(`${text}\n${peterSig}${enochSig}`);
    expect(signNote(text, [signer], signatures)).toBe(`${text}\n${enochSig}${peterSig}`);
  });

  test('given two signatures and one known key, when opened, then one counts and the other is ignored', () => {
    const note = `${text}\n${peterSig}${enochSig}`;
    const one = openNote(note, [peter]);
    expect(one.text).toBe(text);
    expect(one.verified.map(({ name }) => name)).toEqual(['PeterNeumann']);
    expect(one.unknown.map(({ name }) => name)).toEqual(['EnochRoot']);
    expect(openNote(note, [peter, enoch]).verified).toHaveLength(2);
    expect(() => openNote(note, [])).toThrowError(refused('note_unsigned'));
  });

  test('given a checkpoint of the Go checksum database, when opened with its key, then it holds', () => {
    expect(openNote(sumdbNote, [noteVerifier(crypto, sumdbKey)]).verified).toHaveLength(1);
    const other = sumdbNote.replace('30055305', '30055306');
    expect(() => openNote(other, [noteVerifier(crypto, sumdbKey)])).toThrowError(
      refused('signature_invalid'),
    );
  });

  test('given C2SP’s example, when parsed, then the text ends before the last empty line', () => {
    const { text: signed, signatures } = parseNote(c2spNote);
    expect(signed.endsWith('ed è subito sera.\n')).toBe(true);
    expect(signed.split('\n\n')).toHaveLength(2);
    expect(signatures).toEqual([
      expect.objectContaining({ name: 'quasimodo.example/salvatore', keyId: 0x367ba04b }),
    ]);
  });

  test.each([
    ['no signatures', text],
    ['no signature line', `${text}\n`],
    ['a last line that does not end', `${text}\n${peterSig.slice(0, -1)}`],
    ['a control character', `\u0001${text}\n${peterSig}`],
    ['a carriage return', `${text}\n${peterSig}`.replaceAll('\n', '\r\n')],
    ['a lone surrogate', `\ud800${text}\n${peterSig}`],
    ['a name with a space', `${text}\n${peterSig.replace('PeterNeumann', 'Bad Name')}`],
    ['a name with a plus', `${text}\n${peterSig.replace('PeterNeumann', 'Bad+Name')}`],
    [
      'a name with a space of another script',
      `${text}\n${peterSig.replace('PeterNeumann', 'Bad\u2003Name')}`,
    ],
    ['another line after the signature', `${text}\n${peterSig}Unexpected line.\n`],
    ['a hyphen for the dash', `${text}\n${peterSig.replace('—', '-')}`],
    ['a signature of four bytes', `${text}\n— PeterNeumann x08gow==\n`],
    ['a second spelling of base64', `${text}\n${peterSig.replace('nAM=', 'nAN=')}`],
    ['101 signatures', `${text}\n${peterSig.repeat(101)}`],
    ['more than it may hold', `${'x'.repeat(noteBytesMax)}\n\n${peterSig}`],
  ])('given a note with %s, when opened, then it is refused as malformed', (_, note) => {
    expect(() => openNote(note, [peter])).toThrowError(refused('note_malformed'));
  });

  test('given bytes that are not UTF-8, when decoded, then they are refused', () => {
    const bytes = Buffer.concat([Buffer.of(0xff), Buffer.from(`${text}\n${peterSig}`)]);
    expect(() => decodeNote(bytes)).toThrowError(refused('note_malformed'));
    expect(() => decodeNote(Buffer.alloc(noteBytesMax + 1, 'a'))).toThrowError(refused('note_malformed'));
    expect(decodeNote(Buffer.from(c2spNote))).toBe(c2spNote);
  });

  test('given a known key whose signature does not hold beside one that does, then the note is refused', () => {
    const broken = `${peterSig.slice(0, 60)}ABCD${peterSig.slice(60)}`;
    expect(() => openNote(`${text}\n${broken}`, [peter])).toThrowError(refused('signature_invalid'));
    expect(() => openNote(`${text}\n${peterSig}${broken}`, [peter])).toThrowError(
      refused('signature_invalid'),
    );
    expect(() => openNote(`${text}\n${broken}${enochSig}`, [peter, enoch])).toThrowError(
      refused('signature_invalid'),
    );
    // The name or the id of a known key alone is not the known key.
    const named = enochSig.replace('EnochRoot', 'PeterNeumann');
    expect(openNote(`${text}\n${peterSig}${named}`, [peter]).unknown).toHaveLength(1);
  });

  test('given 16 signatures of unknown keys of the size of post-quantum ones, then the note still opens', () => {
    const large = `— pq.example ${Buffer.alloc(5_000, 7).toString('base64')}\n`;
    expect(openNote(`${text}\n${large.repeat(16)}${peterSig}`, [peter]).unknown).toHaveLength(16);
  });

  test('given two different keys under one name and id, then the note is refused rather than one of them chosen', () => {
    const twin = { ...peter, publicKey: enoch.publicKey };
    expect(() => openNote(`${text}\n${peterSig}`, [peter, twin])).toThrowError(refused('key_invalid'));
  });
});

describe('L1: notes, byte for byte', () => {
  const note = Buffer.from(`${text}\n${peterSig}`);

  test('given any one byte changed, removed or added, when opened, then it is refused', () => {
    const opens = (bytes: Uint8Array): boolean => {
      try {
        openNote(decodeNote(bytes), [peter]);
        return true;
      } catch {
        return false;
      }
    };
    expect(opens(note)).toBe(true);
    const survivors: string[] = [];
    for (let at = 0; at < note.length; at++) {
      for (const value of [0x00, 0x0a, 0x20, 0x41, 0x7f, 0xff, (note[at] ?? 0) ^ 1]) {
        const changed = Buffer.from(note);
        changed[at] = value;
        if (!changed.equals(note) && opens(changed)) survivors.push(`${at} = ${value}`);
        if (opens(Buffer.concat([note.subarray(0, at), Buffer.of(value), note.subarray(at)])))
          survivors.push(`${value} before ${at}`);
      }
      if (opens(Buffer.concat([note.subarray(0, at), note.subarray(at + 1)])))
        survivors.push(`without ${at}`);
      if (opens(note.subarray(0, at))) survivors.push(`cut at ${at}`);
    }
    expect(survivors).toEqual([]);
  });

  test('given any text, when parsed, then it is refused with a typed error or read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (any) => {
        for (const candidate of [any, `${any}\n\n${peterSig}`, `${text}\n— ${any}\n`]) {
          try {
            parseNote(candidate);
          } catch (fault) {
            expect(fault).toMatchObject({ code: 'note_malformed' });
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('verifier keys', () => {
  test('given published keys, when read and written again, then they are the same', () => {
    for (const key of [peterKey, enochKey, sumdbKey]) {
      const { name, type, publicKey } = parseVerifierKey(crypto, key);
      expect(formatVerifierKey(crypto, { name, publicKey }, type)).toBe(key);
    }
    const witness = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2';
    expect(parseVerifierKey(crypto, witness)).toMatchObject({ type: 4, keyId: 0xda77ade7 });
  });

  test('given any part of a key, or a key with one byte raised, then it is refused', () => {
    for (let start = 0; start <= peterKey.length; start++) {
      for (let end = start + 1; end <= peterKey.length; end++) {
        if (start === 0 && end === peterKey.length) continue;
        expect(() => noteVerifier(crypto, peterKey.slice(start, end))).toThrowError(refused('key_invalid'));
      }
    }
    for (let at = 0; at < peterKey.length; at++) {
      const raised = String.fromCharCode(peterKey.charCodeAt(at) + 1);
      const changed = peterKey.slice(0, at) + raised + peterKey.slice(at + 1);
      expect(() => noteVerifier(crypto, changed), changed).toThrowError(refused('key_invalid'));
    }
  });

  test.each([
    'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
    'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'bananas.sigstore.dev+12344556',
    'rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!',
    'rekor.sigstore.dev+12345678+AwEB',
    `${'a'.repeat(3_000)}+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW`,
  ])('given the published bad key %s, then it is refused', (key) => {
    expect(() => noteVerifier(crypto, key)).toThrowError(refused('key_invalid'));
  });

  test.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', '\ud800'])('given %j, then it names no key', (name) => {
    expect(isNoteKeyName(name)).toBe(false);
    expect(() => ed25519Signer(crypto, { ...peterSigning, name })).toThrowError(refused('key_invalid'));
  });

  test('given one Ed25519 key for both types, then a cosignature is no plain signature and the other way round', () => {
    const plain = ed25519Signer(crypto, peterSigning);
    const witness = cosignatureSigner(crypto, peterSigning, 1_700_000_000);
    expect(witness.keyId).not.toBe(plain.keyId);
    const note = signNote(text, [witness]);
    expect(() => openNote(note, [peter])).toThrowError(refused('note_unsigned'));
    const relabelled = signNote(text, [{ ...witness, keyId: plain.keyId }]);
    expect(() => openNote(relabelled, [peter])).toThrowError(refused('signature_invalid'));
  });

  test('given a text without its newline, when signed, then it is refused', () => {
    const signer = ed25519Signer(crypto, peterSigning);
    for (const bad of ['abc', 'a\u0007\n', ''])
      expect(() => signNote(bad, [signer])).toThrowError(refused('note_malformed'));
    expect(() => signNote(text, [])).toThrowError(refused('note_malformed'));
  });
});
