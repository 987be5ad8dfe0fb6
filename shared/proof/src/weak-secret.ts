/**
 * Whether 32 bytes were plainly not drawn at random. Each rule misjudges a random key less than once in 10^12; together
 * they cover what people put where a secret belongs: zeros, a repeated word, 00 01 02 …, a password, a document's sample.
 */
export function isWeakSecret(secret: Uint8Array): boolean {
  const distinct = new Set(secret).size;
  const isText = secret.every((byte) => byte === 0x0a || (byte >= 0x20 && byte < 0x7f));
  const step = ((secret[1] ?? 0) - (secret[0] ?? 0)) & 0xff;
  const isSequence = secret.every(
    (byte, index) => index === 0 || ((byte - (secret[index - 1] ?? 0)) & 0xff) === step,
  );
  return distinct < 16 || isText || isSequence;
}
