import { encodeBase64 } from '../base64.js';

/** As WebAuthn writes bytes: the other two characters, and no padding (RFC 4648, section 5). */
export const base64Url = (bytes: Uint8Array): string =>
  encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
