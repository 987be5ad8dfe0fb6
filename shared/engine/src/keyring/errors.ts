import { Fault } from '@marketops/contracts';

/**
 * What an external signer (a KMS, an HSM) did not do. Always a hold: what was to be signed is not at fault, and is signed when
 * the signer can.
 */
export class SignerError extends Fault<
  'signer_unavailable' | 'signer_timeout' | 'signer_refused' | 'signer_untrusted'
> {
  constructor(code: SignerError['code'], message: string, details: { next: string; cause?: unknown }) {
    super(code, message, { ...details, retry: 'hold' });
  }
}
