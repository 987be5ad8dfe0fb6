import type { LawCheck } from './checks.js';
import type { EvidenceAnswer } from './find-evidence.js';
import type { Law, LawSeal, LawTest } from './manifest.js';

/** A law with everything there is to say of it. */
export interface ShownLaw {
  readonly law: Law;
  readonly checks: readonly LawCheck[];
  readonly tests: readonly LawTest[];
  readonly seal: LawSeal | undefined;
  readonly evidence: EvidenceAnswer | { readonly of: 'no_ledger' };
}
