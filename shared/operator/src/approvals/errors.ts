import { Fault } from '@marketops/contracts';

/** Why what somebody would sign, or have carried, would not count: told before anything is signed or appended. */
export type AuthorityErrorCode =
  /** No key of the keyring, or not one for this use. */
  | 'key_not_listed'
  /** Revoked, expired, or not valid yet. */
  | 'key_not_valid'
  | 'key_listed'
  | 'key_file_exists'
  | 'holder_unknown'
  | 'confirmation_needed'
  | 'not_confirmed'
  | 'run_ended'
  | 'run_not_planned'
  | 'nothing_to_approve'
  /** The plan cannot be read here, or is not the one that was planned: nobody signs what was not shown. */
  | 'plan_not_shown'
  | 'operation_unknown'
  | 'own_plan'
  | 'request_expired'
  | 'already_decided'
  | 'grant_unknown'
  | 'statements_too_many'
  | 'already_said'
  | 'evidence_not_valid'
  /** An order or a word that was signed elsewhere, and counts nowhere. */
  | 'signature_refused';

export class AuthorityError extends Fault<AuthorityErrorCode> {}
