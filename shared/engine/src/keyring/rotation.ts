import { randomBytes } from 'node:crypto';

/** What a rotation did. */
export interface Rotation {
  readonly keyId: string;
  /** Valid until `notAfter` still; empty for a key that joins others. */
  readonly replaced: readonly string[];
  readonly notAfter: string | undefined;
  /** The files with the new key. */
  readonly files: readonly string[];
}

export const newKeyId = (service: string, what: string): string =>
  `${service}-${what}-${randomBytes(4).toString('hex')}`;
