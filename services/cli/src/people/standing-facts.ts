import type { Evidence, RunState } from '@marketops/contracts';
import { ProofError, verifyEvidence } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Now } from './standing.js';

/** A fact that an issuer has vouched for. */
export interface StandingFact {
  readonly evidence: Evidence;
  /** Why it does not count; undefined where it does. */
  readonly fault: string | undefined;
}

/** The evidence on a plan in the order it was carried, and whether it counts; of an issuer and kind only the latest does. */
export function standingFacts(said: RunState['evidence'], planDigest: string, now: Now): StandingFact[] {
  const facts = said.map(({ data: { evidence } }) => ({
    evidence,
    fault: faultOf(evidence, planDigest, now),
  }));
  return facts.map((fact) => ({ ...fact, fault: fact.fault ?? overtaken(fact, facts) }));
}

/** As a request names it. */
export const factText = ({ kind, value }: Pick<Evidence, 'kind' | 'value'>): string => `${kind}=${value}`;

function faultOf(
  evidence: Evidence,
  planDigest: string,
  { keyring, audience, nowIso }: Now,
): string | undefined {
  if (evidence.plan_digest !== planDigest) return 'it is about another plan';
  if (evidence.environment !== audience.environment) return 'it is for another environment';
  if (evidence.expires_at <= nowIso) return `it expired at ${evidence.expires_at}`;
  try {
    verifyEvidence(nodeCrypto, evidence, { keyring, at: nowIso });
    return undefined;
  } catch (fault) {
    if (fault instanceof ProofError) return fault.message;
    throw fault;
  }
}

function overtaken({ evidence }: StandingFact, facts: readonly StandingFact[]): string | undefined {
  const later = facts.some(
    ({ evidence: other, fault }) =>
      fault === undefined &&
      other.issuer === evidence.issuer &&
      other.kind === evidence.kind &&
      `${other.issued_at} ${other.evidence_id}` > `${evidence.issued_at} ${evidence.evidence_id}`,
  );
  return later ? 'its issuer has said something else since' : undefined;
}
