import { Evidence } from '@marketops/contracts';
import { evidenceFault } from '@marketops/policy/hearing';
import { parseJson } from '@marketops/proof';
import { reasonOf } from '../errors.js';
import { AuthorityError } from './errors.js';
import { type Now, subjectOf } from './hearing-of.js';
import type { ShownPlan } from './shown-plan.js';

/** A statement is a few hundred bytes; what is much longer is none. */
export const evidenceBytesMax = 16_384;

const invalid = (why: string, cause?: unknown) =>
  new AuthorityError('evidence_not_valid', `the evidence would not count: ${why}`, {
    next: 'Have its issuer sign it anew for this run: marketops evidence sign.',
    cause,
  });

/** @throws AuthorityError `evidence_not_valid` where it is no statement at all */
export function parseEvidence(text: string): Evidence {
  let value: unknown;
  try {
    value = parseJson(text, { depthMax: 4, bytesMax: evidenceBytesMax });
  } catch (cause) {
    throw invalid(reasonOf(cause), cause);
  }
  const parsed = Evidence.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'it is none'}`.trim());
}

/**
 * What federation would not count is not carried. Pure.
 * @throws AuthorityError `evidence_not_valid`
 */
export function refuseEvidence(evidence: Evidence, { record }: ShownPlan, now: Now): void {
  const fault = evidenceFault(subjectOf(record, now), evidence);
  if (fault !== undefined) throw invalid(fault);
}
