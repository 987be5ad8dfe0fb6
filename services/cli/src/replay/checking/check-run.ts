import { resolve } from 'node:path';
import type { Audience } from '@marketops/contracts';
import { audienceOf, type LoadedConfig } from '@marketops/engine/reading';
import type { Blobs, RecordedEvent, ReplayLedger } from '@marketops/operator/reading';
import { knownNames, PolicyError } from '@marketops/policy';
import { loadPolicyDirectory } from '@marketops/policy/node';
import { openKeyring, planDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type CheckContext, planOf } from './context.js';
import { type DecidedStep, decidedSteps } from './groups.js';
import { redecide } from './redecide.js';
import { readSystemTimeline } from './system-timeline.js';
import type { Redecided } from './verdict.js';

/** One decision of a run, decided again. */
export interface CheckedStep extends Redecided {
  readonly step: Pick<DecidedStep, 'events' | 'first'>;
}

export interface CheckSources {
  readonly runId: string;
  readonly loaded: LoadedConfig;
  readonly ledger: ReplayLedger;
  readonly blobs: Blobs;
  /** A folder of policies to ask beside the configured one; it must be readable. */
  readonly policiesNamed: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Decides every step of a run again, with today's code and configuration, from the state before it and what is recorded.
 * Only what the ledger has is decided again: what may still change has not been decided.
 * @throws PolicyError where policies were named that cannot be read; JournalError, ProofError
 */
export async function checkRun(
  events: readonly RecordedEvent[],
  sources: CheckSources,
): Promise<CheckedStep[]> {
  const context = await contextOf(events, sources);
  const checked: CheckedStep[] = [];
  for (const step of decidedSteps(events)) {
    const { events: said, first } = step;
    checked.push({ step: { events: said, first }, ...(await redecide(step, context)) });
  }
  return checked;
}

async function contextOf(events: readonly RecordedEvent[], sources: CheckSources): Promise<CheckContext> {
  const { runId, loaded, ledger, blobs, signal } = sources;
  const keyring = openKeyring(nodeCrypto, loaded.keyring);
  const audience = recordedAudience(events) ?? audienceOf(loaded);
  const untilSequence = Math.max(0, ...events.map(({ entry }) => entry?.sequence ?? 0));
  const { journal, trust } = ledger;
  const orders = { crypto: nodeCrypto, keyring, audience };
  return {
    ...{ runId, loaded, keyring, audience, unrevoked: trust.keyring },
    committedAt: (recorded) => ledger.committedAt(recorded),
    ...policiesOf(sources),
    policyOfRun: recordedPolicy(events),
    system: await readSystemTimeline({ journal, trust, untilSequence }, orders, signal),
    ...digested(await planOf(events, blobs)),
  };
}

/** Once: the plan of a thousand operations is large. */
const digested = <Of extends Pick<CheckContext, 'plan'>>(of: Of) => ({
  ...of,
  planDigest: of.plan === undefined ? '' : planDigest(nodeCrypto, of.plan),
});

/** Where the run's answers count, as they say themselves: which API a running system spoke to is not configuration alone. */
function recordedAudience(events: readonly RecordedEvent[]): Audience | undefined {
  for (const { event } of events) {
    if (event.type === 'receipt.issued') return event.data.receipt.audience;
    if (event.type === 'receipt.advised') return event.data.advisory.audience;
  }
  return undefined;
}

function recordedPolicy(events: readonly RecordedEvent[]): string | undefined {
  for (const { event } of events) {
    if (event.type === 'receipt.issued') return event.data.receipt.policy_digest;
    if (event.type === 'receipt.advised') return event.data.advisory.policy_digest;
    if (event.type === 'approval.counted') return event.data.policy_digest;
  }
  return undefined;
}

function policiesOf({ loaded, policiesNamed }: CheckSources): Pick<CheckContext, 'policies' | 'policiesAt'> {
  const known = knownNames(loaded.config.principals, loaded.keyring.keys);
  const configured = resolve(loaded.root, loaded.config.policies);
  const named = policiesNamed === undefined ? [] : [loadPolicyDirectory(policiesNamed)];
  const policiesAt = policiesNamed === undefined ? configured : `${policiesNamed} and ${configured}`;
  try {
    return { policies: [...named, loadPolicyDirectory(configured, known)], policiesAt };
  } catch (fault) {
    // Policies of now that cannot be read keep nothing else from being decided again.
    if (fault instanceof PolicyError) return { policies: named, policiesAt };
    throw fault;
  }
}
