import { Evidence } from '@marketops/contracts';
import { type OpenKeyring, ProofError, parseJson, verifyEvidence } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { reasonOf } from '../errors.js';
import { AuthorityError } from './errors.js';
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
export function refuseEvidence(
  evidence: Evidence,
  against: {
    readonly shown: ShownPlan;
    readonly keyring: OpenKeyring;
    readonly environment: string;
    readonly nowIso: string;
  },
): void {
  const { shown, keyring, environment, nowIso } = against;
  const { record, digest } = shown;
  if (evidence.run_id !== record.runId) throw invalid(`it is about ${evidence.run_id}`);
  if (evidence.plan_digest !== digest) throw invalid('it is about another plan');
  if (evidence.environment !== environment)
    throw invalid(`it is for the environment ${evidence.environment}`);
  if (evidence.expires_at <= nowIso) throw invalid(`it expired at ${evidence.expires_at}`);
  try {
    verifyEvidence(nodeCrypto, evidence, { keyring, at: nowIso });
  } catch (fault) {
    if (fault instanceof ProofError) throw invalid(fault.message, fault);
    throw fault;
  }
}
