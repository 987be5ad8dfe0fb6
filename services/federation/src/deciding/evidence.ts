import type { Evidence, RunState } from '@marketops/contracts';
import { isoTime } from '@marketops/engine';
import { digestOf, verifyEvidence } from '@marketops/proof';
import { isCurrent, isSignedBy, statementMsMax } from '../validity.js';
import type { Subject } from './hearing.js';

/** A fact that an issuer vouches for, now. */
export interface Fact {
  readonly kind: string;
  readonly value: string;
  /** SHA-256 of the statement as it was signed. */
  readonly digest: string;
}

/** What counts of the evidence: of each issuer and kind the latest statement, while it lasts. */
export function hearEvidence(subject: Subject, said: RunState['evidence']): readonly Fact[] {
  const latest = new Map<string, Evidence>();
  for (const { data } of said) {
    const { evidence } = data;
    if (!isAboutThis(subject, evidence) || !holds(subject, evidence)) continue;
    const key = `${evidence.issuer} ${evidence.kind}`;
    const before = latest.get(key);
    if (before === undefined || isLater(evidence, before)) latest.set(key, evidence);
  }
  return [...latest]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .filter(([, evidence]) => isCurrent(evidence, subject.nowMs, statementMsMax))
    .map(([, evidence]) => ({
      kind: evidence.kind,
      value: evidence.value,
      digest: digestOf(subject.crypto, evidence),
    }));
}

const isAboutThis = (subject: Subject, evidence: Evidence): boolean =>
  evidence.run_id === subject.runId &&
  evidence.plan_digest === subject.planDigest &&
  evidence.environment === subject.audience.environment &&
  isSignedBy(evidence, subject.nowMs);

/** Registered for this issuer and kind, valid now, and the signature holds. */
function holds({ crypto, keyring, nowMs }: Subject, evidence: Evidence): boolean {
  try {
    verifyEvidence(crypto, evidence, { keyring, at: isoTime(nowMs) });
    return true;
  } catch {
    return false;
  }
}

const isLater = (one: Evidence, other: Evidence): boolean =>
  one.issued_at === other.issued_at ? one.evidence_id > other.evidence_id : one.issued_at > other.issued_at;
