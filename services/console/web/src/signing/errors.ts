import { Fault, type FaultDetails } from '@marketops/contracts';

const nextByCode = {
  statement_differs:
    'Sign nothing. Load the page anew; if it stays so, the server shows other than it has signed.',
  key_file_invalid:
    'Choose the file that `marketops approver key` wrote: ~/.config/marketops/keys/<you>.json.',
  key_file_foreign: 'Choose the file of the key that the keyring lists for you, or have this one listed.',
  key_not_here: 'Open your key file, or sign with a key that is kept in this browser.',
  key_not_kept: 'Allow this site to keep data in the browser, or open your key file each time.',
  passkey_unavailable:
    'Open the console under https, or at http://localhost, in a browser that has passkeys.',
  passkey_not_used: 'Try again, and touch or unlock your authenticator when the browser asks.',
  passkey_not_made:
    'Try again with another authenticator: it must know ES256, and verify you by PIN or body.',
  signature_not_yours: 'Sign nothing more with this key here, and compare it with `marketops approver list`.',
} as const;

export type SigningErrorCode = keyof typeof nextByCode;

/** Why nothing was signed in this browser, or not what it should have been. */
export class SigningError extends Fault<SigningErrorCode> {
  constructor(code: SigningErrorCode, message: string, details: Partial<FaultDetails> = {}) {
    super(code, message, { next: nextByCode[code], ...details });
  }
}
