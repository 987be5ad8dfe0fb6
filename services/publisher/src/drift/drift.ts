import { type EffectResult, type EventDraft, Operation, standingOf } from '@marketops/contracts';
import { readContained } from '@marketops/engine';
import { GitHubError } from '@marketops/github';
import { digestOf, markerFor } from '@marketops/proof';
import { RunRetiredError, StoreError } from '@marketops/store';
import { foldOf } from './fold-of.js';
import { streamOf } from './noting-appender.js';
import { type Observation, observe } from './observation.js';
import { attachmentsTo } from './tag-makers.js';
import type { AccountPass, ReconcilerTools } from './tools.js';
import { isOfOneThing } from './unreadable.js';

export interface DriftLimits {
  /** Effects of longer ago are not looked at. */
  readonly lookbackMs: number;
  /** How many effects one pass looks at. */
  readonly effectsMax: number;
}

const atOnce = 50;
/** One that GitHub will not show stands in nobody’s way; after so many of a repository its others come first in the next pass. */
const refusedMax = 3;

/** Looks at the effects of an account that were looked at longest ago. @returns how many */
export async function checkDrift(
  tools: ReconcilerTools,
  pass: AccountPass,
  { lookbackMs, effectsMax }: DriftLimits,
): Promise<number> {
  const startedMs = tools.clock.nowMs();
  const looked = new Set<string>();
  const refused = new Map<number, number>();
  let waiting = 0;
  while (looked.size < effectsMax) {
    const paths = (await pass.hints.oldest(atOnce + waiting)).filter((path) => !looked.has(path));
    if (paths.length === 0) break;
    for (const path of paths.slice(0, effectsMax - looked.size)) {
      if (!(await pass.mayGoOn())) return looked.size;
      looked.add(path);
      const result = await checkOne(tools, pass, path, startedMs - lookbackMs, refused).catch(
        async (fault: unknown) => {
          // One that GitHub never answers for in time must not be the first of every pass.
          if (fault instanceof GitHubError && fault.retry === 'transient')
            await pass.hints.looked(path, tools.clock.nowMs());
          throw fault;
        },
      );
      if (result === 'looked') await pass.hints.looked(path, tools.clock.nowMs());
      else if (result === 'waits') waiting += 1;
      else await pass.hints.forget(path);
    }
  }
  return looked.size;
}

/** @throws GitHubError where it cannot be looked at, StoreError where nothing can be said: the pass ends */
async function checkOne(
  tools: ReconcilerTools,
  pass: AccountPass,
  path: string,
  sinceMs: number,
  refused: Map<number, number>,
): Promise<'looked' | 'waits' | 'too_old' | 'not_ours'> {
  const { reader, blobs, log } = tools;
  const stream = streamOf(path);
  let made: Made | undefined;
  try {
    const folded = await foldOf(reader, stream);
    made = madeBy(folded);
    // What is under way, or uncertain, may succeed yet; what failed may be redriven.
    const latest = (folded.state.reconciled ?? folded.state.outcome)?.time ?? folded.startedAt;
    if (latest === undefined || Date.parse(latest) < sinceMs) return 'too_old';
    if (made === undefined) return 'looked';
    const { planned } = made;
    const operation = await readContained(blobs, planned, planned.data.operation ?? nothing(), Operation);
    const { id, owner } = operation.repository;
    // A hint only: with this account’s credential nobody can say what another account’s repository holds.
    if (owner.toLowerCase() !== pass.account.toLowerCase()) return 'not_ours';
    const already = refused.get(id) ?? 0;
    if (already >= refusedMax) return 'waits';
    await compare(tools, pass, { ...made, stream, operation }).catch((fault: unknown) => {
      if (!isOfOneThing(fault)) throw fault;
      refused.set(id, already + 1);
      log.warn({ code: 'effect_unseen', fault, stream }, 'the reconciler cannot look at an effect');
    });
  } catch (fault) {
    // It ended longer ago than effects are looked at.
    if (fault instanceof RunRetiredError) return 'too_old';
    if (!(fault instanceof StoreError) || !ofOneStream.has(fault.code)) throw fault;
    log.warn({ fault, stream }, 'the reconciler cannot read an operation');
  }
  return 'looked';
}

/** Faults of one operation alone; with others the store itself is in no state to go on. */
const ofOneStream: ReadonlySet<string> = new Set([
  'stream_suspect',
  'blob_missing',
  'blob_corrupt',
  'blob_too_large',
  'blob_erased',
  'blob_key_missing',
]);

function nothing(): never {
  throw new StoreError('blob_missing', 'an operation was executed that was never planned whole', {
    next: 'Run marketops doctor.',
  });
}

type Folded = Awaited<ReturnType<typeof foldOf>>;

interface Made extends Folded {
  readonly result: EffectResult;
  readonly planned: NonNullable<Folded['state']['planned']>;
}

/** An effect with its number; none is known where a person said that it is there. */
function madeBy(folded: Folded): Made | undefined {
  const { phase, planned, reconciled, outcome } = folded.state;
  if (phase !== 'succeeded' || planned === undefined) return undefined;
  const audit =
    reconciled?.data.audit ?? (outcome?.type === 'operation.succeeded' ? outcome.data.audit : undefined);
  return audit?.result == null ? undefined : { ...folded, result: audit.result, planned };
}

async function compare(
  tools: ReconcilerTools,
  pass: AccountPass,
  the: Made & { readonly stream: string; readonly operation: Operation },
): Promise<void> {
  const { crypto, markerKey, log } = tools;
  const { stream, operation, planned, result } = the;
  const at = await pass.whereIs(operation.repository.id);
  if (at === null) {
    // Deleted, or no longer to be seen: GitHub does not say which, and only one of them is drift.
    log.warn(
      { code: 'repository_unseen', stream, repository: operation.repository },
      'a repository cannot be seen any more, nor what was made in it',
    );
    return;
  }
  const runId = planned.run_id ?? '';
  const marker = markerFor(crypto, markerKey, { runId, operationId: operation.operation_id });
  const reads = pass.readsFor(operation);
  const attachedTo = (release: string) =>
    'tag_name' in operation
      ? attachmentsTo(tools, pass, operation.repository.id, operation.tag_name, release)
      : Promise.resolve([]);
  const seen = await observe({ reads, at, order: { operation, marker }, result, attachedTo });
  if (seen === undefined) {
    const repository = `${at.owner}/${at.name}`;
    log.warn(
      { code: 'draft_unseen', stream, repository, remote_id: result.remote_id },
      'a draft is gone, or is hidden from this credential: no other draft of the repository is seen either',
    );
    return;
  }
  // Something in GitHub’s place that answers nonsense is nobody’s edit.
  if (seen.isUnreadable) await pass.reads.getRepository(at.owner, at.name);
  const event = changeSaid(tools, the, seen);
  if (event === undefined) return;
  try {
    const { tenant_id: tenantId, mode, correlation_id: correlationId } = planned;
    const causationId = (the.state.drifted ?? the.state.outcome)?.id ?? null;
    await tools.appender.append({
      context: { tenantId, runId, mode, causationId, correlationId },
      streams: [{ stream, ...standingOf(the.state), events: [event] }],
    });
  } catch (fault) {
    // Somebody else spoke meanwhile: the next pass looks again.
    if (fault instanceof StoreError && fault.code === 'append_conflict') return;
    throw fault;
  }
  const told = { stream, remote_id: result.remote_id, differs: seen.differs };
  if (seen.drift === null) log.info({ code: 'effect_restored', ...told }, 'an effect is as authorized again');
  else log.warn({ code: 'effect_drifted', drift: seen.drift, ...told }, 'somebody has changed an effect');
}

/** Each change once, and once that it is undone. */
function changeSaid(
  { crypto }: ReconcilerTools,
  { state: { drifted }, operation, result }: Made & { readonly operation: Operation },
  { drift, differs, observed }: Observation,
): EventDraft | undefined {
  const { remote_id } = result;
  const { operation_id } = operation;
  if (drift === null)
    return drifted === undefined ? undefined : { type: 'effect.restored', data: { operation_id, remote_id } };
  // Of a sealed operation it hides what was observed, as its own digest hides what was authorized.
  const { salt } = operation;
  const observed_digest = digestOf(crypto, salt === undefined ? observed : { observed, salt });
  if (drifted?.data.observed_digest === observed_digest) return undefined;
  const data = { operation_id, drift, differs: [...differs], remote_id, observed_digest };
  return { type: 'effect.drifted', data };
}
