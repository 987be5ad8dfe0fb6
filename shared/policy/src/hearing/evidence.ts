import { type Evidence, isSignedBy } from '@marketops/contracts';
import { digestOf, ProofError, verifyEvidence } from '@marketops/proof';
import type { Said, Subject } from './hearing.js';
import { timeFault } from './validity.js';

/** A fact that an issuer vouches for, now. */
export interface Fact {
  readonly kind: string;
  readonly value: string;
  /** SHA-256 of the statement as it was signed. */
  readonly digest: string;
}

/** A statement as it was carried to the run. */
export interface HeardStatement {
  readonly evidence: Evidence;
  /** Why it does not count, for a person to read; undefined where it does. */
  readonly fault: string | undefined;
}

export interface HeardEvidence {
  readonly evidence: readonly Fact[];
  /** Everything that was carried, in that order, whether it counts or not. */
  readonly statements: readonly HeardStatement[];
}

/** What counts of the evidence: of each issuer and kind the latest statement, while it lasts. */
export function hearEvidence(subject: Subject, said: Said['evidence']): HeardEvidence {
  const genuine = said.map(({ data: { evidence } }) => ({
    evidence,
    fault: genuineFault(subject, evidence),
  }));
  const latest = new Map<string, Evidence>();
  for (const { evidence, fault } of genuine) {
    const before = latest.get(keyOf(evidence));
    if (fault === undefined && (before === undefined || isLater(evidence, before)))
      latest.set(keyOf(evidence), evidence);
  }
  const faultOf = ({ evidence, fault }: HeardStatement): string | undefined => {
    if (fault !== undefined) return fault;
    // The same statement may have been carried twice.
    const isLast = latest.get(keyOf(evidence))?.signature === evidence.signature;
    return timeFault(evidence, subject.nowMs) ?? (isLast ? undefined : 'its issuer has said something since');
  };
  return {
    evidence: [...latest]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .filter(([, evidence]) => timeFault(evidence, subject.nowMs) === undefined)
      .map(([, evidence]) => ({
        kind: evidence.kind,
        value: evidence.value,
        digest: digestOf(subject.crypto, evidence),
      })),
    statements: genuine.map((statement) => ({ ...statement, fault: faultOf(statement) })),
  };
}

/** As requests name a fact. */
export const factText = ({ kind, value }: Pick<Fact, 'kind' | 'value'>): string => `${kind}=${value}`;

/** Why one statement by itself does not count now; undefined where it does. */
export const evidenceFault = (subject: Subject, evidence: Evidence): string | undefined =>
  genuineFault(subject, evidence) ?? timeFault(evidence, subject.nowMs);

/** Why it is no statement of a registered issuer about this plan, here; one that has run out is one. */
function genuineFault(subject: Subject, evidence: Evidence): string | undefined {
  const { crypto, keyring, nowMs } = subject;
  if (evidence.run_id !== subject.runId) return 'it is about another run';
  if (evidence.plan_digest !== subject.planDigest) return 'it is about another plan';
  if (evidence.environment !== subject.audience.environment) return 'it is for another environment';
  if (!isSignedBy(evidence, nowMs)) return `it was signed for ${evidence.issued_at}`;
  try {
    verifyEvidence(crypto, evidence, { keyring, at: new Date(nowMs).toISOString() });
    return undefined;
  } catch (fault) {
    return fault instanceof ProofError ? fault.message : 'it cannot be verified';
  }
}

const keyOf = ({ issuer, kind }: Evidence): string => `${issuer} ${kind}`;

const isLater = (one: Evidence, other: Evidence): boolean =>
  one.issued_at === other.issued_at ? one.evidence_id > other.evidence_id : one.issued_at > other.issued_at;
