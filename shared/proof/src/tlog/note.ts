import { encodeBase64 } from '../base64.js';
import type { CryptoPort } from '../crypto-port.js';
import { ProofError } from '../errors.js';
import { exceedsBytes } from '../utf8.js';
import { bytesOfBase64 } from './bytes.js';
import { verifyCosignature } from './cosignature.js';
import {
  cosignatureKeyType,
  ed25519KeyType,
  isNoteKeyName,
  type NoteSigner,
  type NoteSigningKey,
  type NoteVerifier,
  noteKeyId,
  noteKeyText,
  parseVerifierKey,
} from './note-keys.js';

/**
 * Signed notes (c2sp.org/signed-note): a text that ends in a newline, an empty line, and one line for each signature. The
 * text counts for nothing until a key that was configured has signed it.
 */

/** Post-quantum signatures take 5 kB each, and at least 16 must fit. */
export const noteBytesMax = 262_144;
const signaturesMax = 100;

export interface NoteSignature {
  readonly name: string;
  /** A uint32. */
  readonly keyId: number;
  /** What follows the key id: for Ed25519 64 bytes, for a cosignature 72. */
  readonly signature: Uint8Array;
}

export interface ParsedNote {
  /** With its last newline, without the empty line: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const malformed = (why: string): ProofError =>
  new ProofError('note_malformed', `This is no signed note: ${why}.`);

/**
 * Bytes from outside as text, for a note is UTF-8 and nothing else.
 * @throws ProofError `note_malformed` where they are not, or are more than 262,144
 */
export function decodeNote(bytes: Uint8Array): string {
  if (bytes.length > noteBytesMax) throw malformed(`it is larger than ${noteBytesMax} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ProofError('note_malformed', 'This is no signed note: it is not UTF-8.', { cause });
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\u0000-\u0009\u000b-\u001f]/;

/**
 * Splits a note into its text and its signatures; nothing is verified. Lines that are not signatures, a second spelling of
 * base64 and a missing last newline refuse it, so that no byte of a note can change unseen.
 * @throws ProofError `note_malformed`
 */
export function parseNote(note: string): ParsedNote {
  if (exceedsBytes(note, noteBytesMax)) throw malformed(`it is larger than ${noteBytesMax} bytes`);
  if (!note.isWellFormed()) throw malformed('it is not UTF-8');
  if (controlCharacter.test(note)) throw malformed('it has a control character');
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw malformed('it has no empty line before its signatures');
  const lines = note.slice(split + 2).split('\n');
  if (lines.pop() !== '') throw malformed('its last line does not end');
  if (lines.length === 0) throw malformed('it has no signature');
  if (lines.length > signaturesMax) throw malformed(`it has more than ${signaturesMax} signatures`);
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/** One line, without its newline. @throws ProofError `note_malformed` */
export function parseSignatureLine(line: string): NoteSignature {
  const parts = /^— (\S+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  const [, name = '', base64 = ''] = parts ?? [];
  const bytes = bytesOfBase64(base64);
  if (!isNoteKeyName(name) || bytes === undefined || bytes.length < 5)
    throw malformed('a line after the empty line is no signature');
  return { name, keyId: new DataView(bytes.buffer).getUint32(0), signature: bytes.subarray(4) };
}

/** One line, with its newline. */
export function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  const bytes = new Uint8Array(4 + signature.length);
  new DataView(bytes.buffer).setUint32(0, keyId);
  bytes.set(signature, 4);
  return `— ${name} ${encodeBase64(bytes)}\n`;
}

/**
 * Signs a text.
 * @param text ends in a newline; no control character but newlines
 * @param existing signatures that stay before the new ones, but for those of the same keys
 * @throws ProofError `note_malformed` where the result would be none
 */
export function signNote(
  text: string,
  signers: readonly NoteSigner[],
  existing: readonly NoteSignature[] = [],
): string {
  if (!text.endsWith('\n')) throw malformed('its text does not end in a newline');
  const kept = existing.filter(
    ({ name, keyId }) => !signers.some((signer) => signer.name === name && signer.keyId === keyId),
  );
  const made = signers.map(({ name, keyId, sign }) => ({ name, keyId, signature: sign(text) }));
  const note = `${text}\n${[...kept, ...made].map(formatSignatureLine).join('')}`;
  parseNote(note);
  return note;
}

/** Signs notes with an Ed25519 key. @throws ProofError `key_invalid` */
export const ed25519Signer = (crypto: CryptoPort, { name, key, publicKey }: NoteSigningKey): NoteSigner => ({
  name,
  keyId: noteKeyId(crypto, name, ed25519KeyType, publicKey),
  sign: (text) => crypto.sign(key, text),
});

/**
 * A verifier from its key string, of either type.
 * @throws ProofError `key_invalid`
 */
export function noteVerifier(crypto: CryptoPort, verifierKey: string): NoteVerifier {
  const parsed = parseVerifierKey(crypto, verifierKey);
  const key = crypto.importPublicKey(parsed.publicKey);
  const isCosignature = parsed.type === cosignatureKeyType;
  return {
    ...parsed,
    verify: (text, signature) =>
      isCosignature ? verifyCosignature(crypto, key, text, signature) : crypto.verify(key, text, signature),
  };
}

export interface OpenedNote {
  readonly text: string;
  /** Of configured keys, every one verified; at least one, in the note's order. */
  readonly verified: readonly (NoteSignature & { readonly verifier: NoteVerifier })[];
  /** Of keys that are not configured: they say nothing. */
  readonly unknown: readonly NoteSignature[];
}

/**
 * Verifies a note. Signatures of unknown keys are ignored, one of a known key that does not hold refuses the note.
 * @throws ProofError `note_malformed`, `signature_invalid`, `note_unsigned`, `key_invalid` where two different keys have one
 * name and id
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const verified: OpenedNote['verified'][number][] = [];
  const unknown: NoteSignature[] = [];
  for (const signature of signatures) {
    const known = verifiers.filter(({ name, keyId }) => name === signature.name && keyId === signature.keyId);
    const [verifier] = known;
    if (verifier === undefined) {
      unknown.push(signature);
      continue;
    }
    if (known.some(({ publicKey }) => publicKey !== verifier.publicKey))
      throw new ProofError('key_invalid', `Two keys are configured as ${noteKeyText(signature)}.`);
    if (!verifier.verify(text, signature.signature))
      throw new ProofError('signature_invalid', `The signature of ${noteKeyText(signature)} does not hold.`);
    verified.push({ ...signature, verifier });
  }
  if (verified.length === 0)
    throw new ProofError('note_unsigned', 'None of the keys that were configured has signed the note.');
  return { text, verified, unknown };
}
