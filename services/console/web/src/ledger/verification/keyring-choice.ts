import { Keyring } from '@marketops/contracts';
import { type CryptoPort, canonicalJson } from '@marketops/proof';

export type KeyringSource = 'server' | 'own';

export type ReadKeyring =
  | { readonly ok: true; readonly keyring: Keyring; readonly fingerprint: string }
  | { readonly ok: false; readonly why: string };

/** Of a pasted keyring: a thousand keys take a fraction of it. */
export const keyringCharsMax = 4 * 1_048_576;

/**
 * A keyring as somebody pasted or chose it, with the fingerprint to compare by voice: SHA-256 of its canonical form, so that
 * white space and the order of members do not change it.
 */
export function readKeyring(crypto: CryptoPort, text: string): ReadKeyring {
  if (text.trim() === '') return { ok: false, why: 'Paste the whole of keyring.json, or choose the file.' };
  if (text.length > keyringCharsMax)
    return { ok: false, why: `It is longer than ${keyringCharsMax} characters: this is no keyring.` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: 'It is not JSON. Paste the whole of keyring.json, or choose the file.' };
  }
  return readKeyringValue(crypto, value);
}

export function readKeyringValue(crypto: CryptoPort, value: unknown): ReadKeyring {
  const parsed = Keyring.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    return { ok: false, why: `It is no keyring: ${where}${issue?.message ?? 'another form'}.` };
  }
  return {
    ok: true,
    keyring: parsed.data,
    fingerprint: crypto.sha256Hex(canonicalJson(parsed.data)),
  };
}

/** `1a2b 3c4d …`: the first 32 digits, as one reads them aloud. */
export const spokenFingerprint = (fingerprint: string): string =>
  (fingerprint.slice(0, 32).match(/.{4}/g) ?? []).join(' ');
