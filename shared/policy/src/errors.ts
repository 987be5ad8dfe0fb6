import { Fault, type InputFault } from '@marketops/contracts';

/** A place in a file; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A fault of a policy or of its tests: `path` is the file. */
export interface PolicyFault extends InputFault, Partial<Place> {
  /** The `@id` of the policy, where it is known. */
  readonly policy?: string;
}

const nextByCode = {
  policy_missing: 'Write at least one policy into the folder, *.cedar; without one everything is denied.',
  policy_unreadable: 'Check that the folder and its files exist and that this user may read them.',
  policy_too_large: 'Split it; the limits stand in docs/policies.md.',
  policy_malformed: 'Correct the Cedar at the places named.',
  policy_invalid: 'Use only what the schema in docs/policies.md has, as it has it.',
  policy_name_unknown:
    'Correct the name; or first add what it names: a principal or tenant to marketops.yml, an approver or issuer to the keyring.',
  policy_annotation_invalid:
    'Give every policy an @id, every forbid a @reason and a @remedy too; see docs/policies.md.',
  policy_id_duplicate: 'Give every policy an id of its own.',
  policy_test_invalid: 'Correct the test table at the places named.',
  policy_engine_failed:
    'Start the process again. If it recurs, a policy is more than the engine bears: make it simpler.',
} as const;
export type PolicyErrorCode = keyof typeof nextByCode;

/** Policies that are not taken into force, with everything that is wrong with them. */
export class PolicyError extends Fault<PolicyErrorCode> {
  readonly faults: readonly PolicyFault[];
  /** The file of the first fault. */
  readonly file: string | undefined;
  /** Where in it. */
  readonly place: Place | undefined;

  constructor(code: PolicyErrorCode, message: string, faults: readonly PolicyFault[] = [], cause?: unknown) {
    super(code, message, { next: nextByCode[code], cause });
    this.faults = faults.slice(0, 100);
    const [first] = this.faults;
    this.file = first?.path;
    this.place = first?.line === undefined ? undefined : { line: first.line, column: first.column ?? 1 };
  }
}
