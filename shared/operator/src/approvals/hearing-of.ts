import type { Audience } from '@marketops/contracts';
import { type Hearing, hear, redriverOf, requestersOf, type Subject } from '@marketops/policy/hearing';
import type { OpenKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { RunRecord } from '../runs/run-record.js';

/** Where and when words are looked at. */
export interface Now {
  readonly keyring: OpenKeyring;
  readonly audience: Audience;
  readonly nowIso: string;
}

type About = Pick<RunRecord, 'runId' | 'run' | 'plan'>;

export const subjectOf = ({ runId, run, plan }: About, { keyring, audience, nowIso }: Now): Subject => ({
  ...{ crypto: nodeCrypto, keyring, audience, runId },
  nowMs: Date.parse(nowIso),
  planDigest: run.planned?.data.plan_digest ?? '',
  requesters: requestersOf(run, plan),
  redriver: redriverOf(run),
});

/** What was said of a run, weighed by federation's rules. For people to read: federation weighs it anew at the mint. */
export const hearingOf = (record: About, now: Now): Hearing => hear(subjectOf(record, now), record.run);
