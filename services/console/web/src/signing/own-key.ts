import { KeyId, PrincipalId } from '@marketops/contracts';
import { decodeBase64, encodeBase64, holdersKeyId, parseJson } from '@marketops/proof';
import { loadSigningKey, publicRawBase64, webCrypto } from '@marketops/proof/web';
import { SigningError } from './errors.js';
import type { Signer } from './signer.js';

/** An Ed25519 key of a person's own whose private half no script can read. */
export interface OwnKey {
  readonly keyId: string;
  readonly principal: string;
  /** The raw 32 bytes in padded base64, as the keyring lists them. */
  readonly publicKey: string;
  /** Not extractable: it signs, and nothing gets it out of the browser. */
  readonly privateKey: CryptoKey;
}

/** A key file is about 300 bytes. */
const keyFileBytesMax = 4_096;
const ed25519 = 'Ed25519';

/**
 * Makes a key in this browser. Its public half must be listed before it counts.
 * @throws SigningError `key_not_here` where the browser has no Ed25519 (every current one has, under https or on localhost)
 */
export async function makeOwnKey(principal: string): Promise<OwnKey> {
  const pair = await withEd25519(() => subtle().generateKey(ed25519, false, ['sign', 'verify']));
  if (!('privateKey' in pair)) throw new SigningError('key_not_here', 'The browser made no pair of keys.');
  const raw = new Uint8Array(await subtle().exportKey('raw', pair.publicKey));
  const keyId = holdersKeyId(webCrypto, principal, raw);
  return { keyId, principal, publicKey: encodeBase64(raw), privateKey: pair.privateKey };
}

/**
 * Opens the key file of `marketops approver key` or `approver add`. The file's text is read once; what stays is a key that
 * cannot be read back.
 * @param text the file, whole
 * @throws SigningError `key_file_invalid`, never quoting the file; `key_not_here` as `makeOwnKey`
 */
export async function openKeyFile(text: string): Promise<OwnKey> {
  const { keyId, principal, pem } = readKeyFile(text);
  const der = decodeBase64(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 48);
  let publicKey: string;
  try {
    publicKey = publicRawBase64(loadSigningKey(pem));
  } catch {
    // No cause: it might quote the key.
    throw invalid('its private_key is no Ed25519 key');
  }
  if (der === undefined) throw invalid('its private_key is no PKCS #8');
  const privateKey = await withEd25519(() =>
    subtle().importKey('pkcs8', new Uint8Array(der), ed25519, false, ['sign']),
  );
  return { keyId, principal, publicKey, privateKey };
}

function readKeyFile(text: string) {
  let value: unknown;
  try {
    value = parseJson(text, { depthMax: 1, bytesMax: keyFileBytesMax });
  } catch {
    throw invalid('it is not a small JSON file');
  }
  const file = new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
  const [keyId, principal] = [
    KeyId.safeParse(file.get('key_id')),
    PrincipalId.safeParse(file.get('principal')),
  ];
  const pem = file.get('private_key');
  if (!keyId.success) throw invalid('it names no key_id');
  if (!principal.success) throw invalid('it names no principal: it is no approver’s key');
  if (file.get('algorithm') !== 'ed25519' || typeof pem !== 'string') throw invalid('it has no Ed25519 key');
  return { keyId: keyId.data, principal: principal.data, pem };
}

const invalid = (why: string): SigningError =>
  new SigningError('key_file_invalid', `This is no approver’s key file: ${why}.`);

/** Signs the very bytes, with Web Crypto. */
export const ownKeySigner = ({ keyId, privateKey }: OwnKey): Signer => ({
  keyId,
  kind: 'own_key',
  async sign(signedBytes) {
    const bytes = new TextEncoder().encode(signedBytes);
    const signature = await withEd25519(() => subtle().sign(ed25519, privateKey, bytes));
    return { signature: encodeBase64(new Uint8Array(signature)) };
  },
});

function subtle(): SubtleCrypto {
  // Absent where the page is neither https nor of this machine.
  const { subtle: port } = globalThis.crypto as { readonly subtle?: SubtleCrypto };
  if (port !== undefined) return port;
  throw new SigningError('key_not_here', 'This page has no Web Crypto: it is not served over https.');
}

async function withEd25519<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    throw new SigningError('key_not_here', 'This browser cannot sign with Ed25519.', { cause });
  }
}
