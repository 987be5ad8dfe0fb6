import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { opensCommitment, type SealedSubject, saltContext, sealingContext } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { StoreError } from '../errors.js';

/** First byte of every ciphertext: how the rest is made. */
const version = 1;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const cipherName = 'aes-256-gcm';

/** A value as it stands in the blob store, and how its event names it. */
export interface SealedValue {
  readonly ref: { readonly blob: string; readonly commitment: string };
  readonly ciphertext: Uint8Array;
}

/**
 * The key of one run. Every value sealed under it has a key and a nonce of its own, derived (HKDF-SHA256) from the run's key,
 * from the value's place and from its digest: so the same value gives the same bytes, which makes sealing idempotent, and no
 * key ever encrypts two texts. Nothing derived outlives the call.
 */
export interface RunKey {
  /** 32 bytes as hex, the same each time: random to everybody without the key. */
  salt(subject: SealedSubject): string;
  /** @param text the value's RFC 8785 form, its salt included */
  seal(subject: SealedSubject, text: string): SealedValue;
  /** @throws StoreError `blob_corrupt` for what was altered, cut, swapped, or sealed under another key */
  open(subject: SealedSubject, commitment: string, ciphertext: Uint8Array): Uint8Array;
}

export function runKeyOf(secret: Uint8Array): RunKey {
  const derive = (context: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), context, length));
  const derived = (subject: SealedSubject, commitment: string) => {
    // The context is longer than HKDF's info may be, so its digest stands for it there; the cipher gets all of it.
    const context = sealingContext(subject, commitment);
    const bytes = derive(nodeCrypto.sha256Hex(context), keyBytes + nonceBytes);
    return { context, key: bytes.subarray(0, keyBytes), nonce: bytes.subarray(keyBytes) };
  };
  return {
    salt: (subject) => derive(nodeCrypto.sha256Hex(saltContext(subject)), 32).toString('hex'),
    seal(subject, text) {
      const commitment = nodeCrypto.sha256Hex(text);
      const { context, key, nonce } = derived(subject, commitment);
      const cipher = createCipheriv(cipherName, key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(context));
      const ciphertext = Buffer.concat([
        Buffer.of(version),
        cipher.update(text, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return { ref: { blob: `sha256:${nodeCrypto.sha256Hex(ciphertext)}`, commitment }, ciphertext };
    },
    open(subject, commitment, ciphertext) {
      const body = ciphertext.subarray(1, -tagBytes);
      if (ciphertext[0] !== version || ciphertext.length <= tagBytes + 1) throw unopened();
      const { context, key, nonce } = derived(subject, commitment);
      const decipher = createDecipheriv(cipherName, key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(ciphertext.subarray(-tagBytes));
      const text = finished(decipher, body);
      if (!opensCommitment(nodeCrypto, commitment, text)) throw unopened();
      return text;
    },
  };
}

function finished(decipher: ReturnType<typeof createDecipheriv>, body: Uint8Array): Uint8Array {
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch (cause) {
    throw unopened(cause);
  }
}

const unopened = (cause?: unknown): StoreError =>
  new StoreError(
    'blob_corrupt',
    'a sealed blob does not open: it was altered, or belongs to another place or key',
    {
      next: 'Restore the blob store and its keys from the same backup; nothing was done with these bytes.',
      cause,
    },
  );
