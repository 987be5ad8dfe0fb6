import { operationStream, runStream, standingOf } from '@marketops/contracts';
import type { Decision } from '@marketops/engine/deciding';
import { type Hearing, hear, redriverOf, requestersOf } from '@marketops/policy/hearing';
import type { OpenKeyring } from '@marketops/proof';
import type { JobSpec } from '@marketops/store';
import { StoreError } from '@marketops/store/reading';
import { type Answer, answerOf } from './answer.js';
import { type Asking, requestApprovals } from './requests.js';
import { type Case, type Ruling, rule } from './rule.js';
import type { AuthorizationFacts, AuthorizationView, Authorizer } from './view.js';

/**
 * A ruling per operation, each by itself: what is frozen keeps nothing else from its answer. Asking again yields nothing
 * new. Pure but for the signatures, which are deterministic.
 */
export async function decideAuthorization(
  authorizer: Authorizer,
  view: AuthorizationView,
  facts: AuthorizationFacts,
): Promise<Decision> {
  const { runId, run, planDigest: digest } = view;
  const ruled = rulings(authorizer, view, facts);
  const frozen = ruled.flatMap(({ ruling }) => (ruling.ruling === 'frozen' ? [ruling] : []));
  const asking = ruled.flatMap(({ the, ruling }): Asking[] =>
    ruling.ruling === 'ask'
      ? [{ operationId: the.item.operation_id, requestId: the.fresh.answerId, ...ruling }]
      : [],
  );
  const answers: (Answer & { readonly the: Case })[] = [];
  // One after the other: a signer that is not this process takes only so many at a time.
  for (const { the, ruling } of ruled) {
    if (ruling.ruling === 'ask' || ruling.ruling === 'frozen' || ruling.ruling === 'unvouched') continue;
    answers.push({ the, ...(await answerOf(authorizer.mint, the, ruling)) });
  }
  const streams: Decision['streams'][number][] = answers
    .filter(({ events }) => events.length > 0)
    .map(({ the, events }) => ({
      stream: operationStream(runId, the.item.operation_id),
      ...standingOf(the.state),
      events,
    }));
  if (asking.length > 0) {
    const events = requestApprovals(asking, digest, facts.nowMs + authorizer.approvalTtlMs);
    // What the ledger has vouched for is what it puts back: its seq says enough.
    const after = facts.vouchedSeq === null ? standingOf(run) : { afterSeq: facts.vouchedSeq };
    streams.push({ stream: runStream(runId), ...after, events });
  }
  // A job that comes back for what is frozen comes every second, and need not present the rest anew each time.
  const jobs = frozen.length > 0 && streams.length === 0 ? [] : answers.flatMap(({ jobs }) => jobs);
  return {
    context: {
      tenantId: run.tenantId,
      runId,
      mode: run.mode,
      causationId: run.planned?.id ?? null,
      correlationId: runId,
    },
    streams,
    jobs: dedupe(jobs),
    scopes: [...new Set(answers.flatMap(({ scopes }) => scopes))],
    ...(frozen[0] === undefined ? {} : { hold: heldBy(frozen[0]) }),
  };
}

/** The operations that would get a yes if the ledger vouched for what was said. Mostly policies weigh nothing that is said. */
export function unvouched(
  authorizer: Authorizer,
  view: AuthorizationView,
  facts: AuthorizationFacts,
): readonly string[] {
  if (!view.plan.operations.some(({ kind }) => facts.policy.weighsStatements(kind))) return [];
  return rulings(authorizer, view, facts).flatMap(({ the, ruling }) =>
    ruling.ruling === 'unvouched' ? [the.item.operation_id] : [],
  );
}

interface Ruled {
  readonly the: Case;
  readonly ruling: Ruling;
}

/** What was said of a run, as it counts at a time: every signature is verified here. */
export function hearingOf(
  { crypto, audience }: Pick<Authorizer, 'crypto' | 'audience'>,
  { runId, run, plan, planDigest }: AuthorizationView,
  keyring: OpenKeyring,
  nowMs: number,
): Hearing {
  const requesters = requestersOf(run, plan);
  return hear(
    { crypto, keyring, audience, nowMs, runId, planDigest, requesters, redriver: redriverOf(run) },
    run,
  );
}

function rulings(
  { crypto, audience }: Authorizer,
  view: AuthorizationView,
  facts: AuthorizationFacts,
): Ruled[] {
  const { plan, planDigest } = view;
  const hearing = facts.hearing();
  const items = new Map(plan.operations.map((item) => [item.operation_id, item]));
  return view.asked.flatMap((id): Ruled[] => {
    const item = items.get(id);
    const state = view.states.get(id);
    const fresh = facts.fresh.get(id);
    if (item === undefined || state === undefined || fresh === undefined) return [];
    const the: Case = { crypto, audience, view, facts, planDigest, hearing, item, state, fresh };
    const ruling = rule(the);
    return ruling === undefined ? [] : [{ the, ruling }];
  });
}

const heldBy = ({ scope, because }: Extract<Ruling, { ruling: 'frozen' }>): StoreError =>
  new StoreError('frozen', `${scope} is frozen: ${because}`, {
    next: 'Nothing to do: it goes on when the scope is unfrozen.',
    retry: 'hold',
  });

/** Several advisories of one run need the planner once. */
const dedupe = (jobs: readonly JobSpec[]): JobSpec[] => {
  const seen = new Set<string>();
  return jobs.filter((job) => {
    if (job.coalesceId === undefined) return true;
    const first = !seen.has(job.coalesceId);
    seen.add(job.coalesceId);
    return first;
  });
};
