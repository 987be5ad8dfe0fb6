import { encodeBase64 } from '../base64.js';
import type { CryptoPort, SigningKey } from '../crypto-port.js';
import { ProofError } from '../errors.js';
import { quoted } from '../quoted.js';
import { bytesOfBase64, digestBytes } from './bytes.js';

/**
 * Keys of signed notes (c2sp.org/signed-note). A verifier key is written as one string, `<name>+<id as 8 hex digits>+
 * <base64 of type ‖ key>`; name and id together say which key signed, and with what algorithm.
 */

/** Ed25519 over the note's text. */
export const ed25519KeyType = 0x01;
/** Ed25519 over time and text: what a witness says of a checkpoint (c2sp.org/tlog-cosignature). */
export const cosignatureKeyType = 0x04;
export type NoteKeyType = typeof ed25519KeyType | typeof cosignatureKeyType;

export interface NoteVerifier {
  readonly name: string;
  /** The key id, a uint32. */
  readonly keyId: number;
  readonly type: NoteKeyType;
  /** The raw 32 bytes in base64: two names for one key are one signer. */
  readonly publicKey: string;
  /** Whether these are the key's signature bytes over this text of a note. Never throws. */
  verify(text: string, signature: Uint8Array): boolean;
}

export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  /** The bytes that follow the key id in the note's signature line. */
  sign(text: string): Uint8Array;
}

/** A key of this process as a note names it. */
export interface NoteSigningKey {
  readonly name: string;
  readonly key: SigningKey;
  /** The raw 32 bytes of its public half, in base64. */
  readonly publicKey: string;
}

const nameBytesMax = 1_000;
/** Every space of Unicode, and the characters a name may not have for another reason: plus and the controls. */
const notInNames = /[\p{White_Space}\p{Cc}+]/u;

/** Whether a text can be the name of a note's key: not empty, no Unicode space, no plus sign. */
export const isNoteKeyName = (name: string): boolean =>
  name.length > 0 && name.length <= nameBytesMax && name.isWellFormed() && !notInNames.test(name);

const utf8 = new TextEncoder();

/**
 * SHA-256(name ‖ 0x0A ‖ type ‖ public key), its first four bytes as a big-endian number.
 * @throws ProofError `key_invalid` where the name cannot be one or the key is not 32 bytes in base64
 */
export function noteKeyId(crypto: CryptoPort, name: string, type: NoteKeyType, publicKey: string): number {
  const raw = bytesOfBase64(publicKey);
  if (!isNoteKeyName(name)) throw new ProofError('key_invalid', `${quoted(name)} cannot name a note's key.`);
  if (raw?.length !== 32) throw new ProofError('key_invalid', 'A note’s key is not 32 bytes in base64.');
  const named = utf8.encode(`${name}\n`);
  const bytes = new Uint8Array(named.length + 1 + raw.length);
  bytes.set(named);
  bytes[named.length] = type;
  bytes.set(raw, named.length + 1);
  return new DataView(digestBytes(crypto.sha256Hex(bytes)).buffer).getUint32(0);
}

const idText = (keyId: number): string => keyId.toString(16).padStart(8, '0');

/** As messages name a key: `<name>+<id>`. */
export const noteKeyText = ({ name, keyId }: { name: string; keyId: number }): string =>
  `${quoted(name)}+${idText(keyId)}`;

/** The verifier key string of a public key (raw 32 bytes in base64). @throws ProofError `key_invalid` */
export function formatVerifierKey(
  crypto: CryptoPort,
  { name, publicKey }: Pick<NoteSigningKey, 'name' | 'publicKey'>,
  type: NoteKeyType = ed25519KeyType,
): string {
  const keyId = noteKeyId(crypto, name, type, publicKey);
  const typed = Uint8Array.of(type, ...(bytesOfBase64(publicKey) ?? []));
  return `${name}+${idText(keyId)}+${encodeBase64(typed)}`;
}

/** A verifier key's parts, with its id recomputed. @throws ProofError `key_invalid` */
export function parseVerifierKey(
  crypto: CryptoPort,
  verifierKey: string,
): Pick<NoteVerifier, 'name' | 'keyId' | 'type' | 'publicKey'> {
  const refuse = (why: string): never => {
    throw new ProofError('key_invalid', `The verifier key ${quoted(verifierKey)} cannot be used: ${why}.`);
  };
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifierKey.slice(0, 2_000));
  if (parts === null || verifierKey.length > 2_000) {
    return refuse('it is not name+id+base64');
  }
  const [, name = '', id = '', typedBase64 = ''] = parts;
  const typed = bytesOfBase64(typedBase64);
  const type = typed?.[0];
  if (typed?.length !== 33) return refuse('it does not hold a type and 32 bytes');
  if (type !== ed25519KeyType && type !== cosignatureKeyType) {
    return refuse(`its type ${type} is neither 1 (Ed25519) nor 4 (Ed25519 cosignature)`);
  }
  const publicKey = encodeBase64(typed.subarray(1));
  const keyId = noteKeyId(crypto, name, type, publicKey);
  if (idText(keyId) !== id) return refuse(`its id should be ${idText(keyId)}`);
  return { name, keyId, type, publicKey };
}
