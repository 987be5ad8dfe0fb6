import {
  type AuthorizationHint,
  foldOperation,
  foldRun,
  Operation,
  operationStream,
  PublicationPlan,
  runStream,
  systemStream,
} from '@marketops/contracts';
import { type Engine, readContained } from '@marketops/engine';
import { planDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type Control, partitionOf, StoreError } from '@marketops/store';
import type { AuthorizationView } from './deciding/view.js';

/** Null where there is no plan to authorize: a forged job, or one that outlived its run. */
export async function loadRun(engine: Engine, hint: AuthorizationHint): Promise<AuthorizationView | null> {
  const runId = hint.run_id;
  // Few operations asked about are read along with the run, in one round trip.
  const hinted = [...new Set(hint.operation_ids)];
  const [runView, ...first] = await engine.reader.read([
    runStream(runId),
    ...hinted.map((id) => operationStream(runId, id)),
  ]);
  const run = foldRun(runView?.events ?? []);
  if (run.planned === undefined || run.status !== 'planned') return null;
  const plan = await readContained(engine.blobs, run.planned, run.planned.data.plan, PublicationPlan);
  const planned = new Map(plan.operations.map((operation) => [operation.operation_id, operation]));
  // Each once: two answers on one stream would be one append that contradicts itself.
  const asked = [...new Set(hint.operation_ids ?? planned.keys())].filter((id) => planned.has(id));
  const states = new Map(hinted.map((id, index) => [id, foldOperation(first[index]?.events ?? [])]));
  const more = [...new Set(asked.flatMap((id) => [id, ...(planned.get(id)?.depends_on ?? [])]))].filter(
    (id) => !states.has(id),
  );
  const views =
    more.length === 0 ? [] : await engine.reader.read(more.map((id) => operationStream(runId, id)));
  more.forEach((id, index) => {
    states.set(id, foldOperation(views[index]?.events ?? []));
  });
  const operations = new Map<string, Operation>();
  for (const id of asked) {
    const event = states.get(id)?.planned;
    const contained = event?.data.operation;
    if (event === undefined || contained == null) continue;
    operations.set(id, await readContained(engine.blobs, event, contained, Operation));
  }
  return {
    runId,
    run,
    plan,
    asked,
    states,
    operations,
    planDigest: planDigest(nodeCrypto, plan),
    lastEventId: runView?.events.at(-1)?.id ?? '',
    runDigest: () => runView?.digests.at(-1) ?? '',
  };
}

/**
 * The run's control key, while its partition and that of `system` are open.
 * @throws StoreError `partition_closed` (hold)
 */
export async function openControl(engine: Engine, runId: string): Promise<Control> {
  // With `system` closed nobody can say what is frozen.
  const partitions = [partitionOf(runStream(runId)), partitionOf(systemStream)];
  const [control, ofSystem] = await engine.store.readControl(partitions);
  if (control?.state !== 'open' || ofSystem?.state !== 'open') {
    throw new StoreError('partition_closed', 'nothing is authorized while the partition is closed', {
      next: 'Run marketops doctor.',
      retry: 'hold',
    });
  }
  return control;
}
