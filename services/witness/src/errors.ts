import { Fault, type FaultDetails } from '@marketops/contracts';

const nextByCode = {
  witness_config_invalid: 'Correct the file named; docs/witness.md has an example.',
  witness_key_invalid: 'Restore the witness’s key: without it nobody believes what it signs.',
  witness_state_invalid:
    'Put its newest memory back, or begin with a new name and key: it must not sign again what it has forgotten. Start it with --new only where its key has signed nothing yet.',
} as const;

export type WitnessErrorCode = keyof typeof nextByCode;

/** Why a witness does not start, or does not sign: it would rather be silent than contradict itself. */
export class WitnessError extends Fault<WitnessErrorCode> {
  constructor(code: WitnessErrorCode, message: string, details: Partial<FaultDetails> = {}) {
    super(code, message, { next: nextByCode[code], ...details });
  }
}
