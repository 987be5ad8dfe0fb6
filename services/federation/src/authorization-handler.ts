import {
  AuthorizationHint,
  foldOperation,
  foldRun,
  guarded,
  InputError,
  invariant,
  Operation,
  operationStream,
  PublicationPlan,
  runStream,
} from '@marketops/contracts';
import {
  type Engine,
  type Handler,
  handle,
  type IncomingJob,
  newUlid,
  readContained,
} from '@marketops/engine';
import { partitionOf, StoreError } from '@marketops/store';
import {
  type AuthorizationFacts,
  type AuthorizationView,
  type Authorizer,
  decideAuthorization,
} from './decide.js';

const hintOf = guarded(AuthorizationHint);

/**
 * `{authorizations}`: federation looks at operations of a run. The job says which; everything else, whether they are
 * free to go included, it reads itself.
 */
export function authorizationHandler(
  engine: Engine,
  authorizer: Authorizer,
): (job: IncomingJob) => Promise<void> {
  const handler: Handler<AuthorizationHint, AuthorizationView | null, AuthorizationFacts> = {
    parse(job) {
      const hint = hintOf.safeParse(job.data);
      if (!hint.success)
        throw new InputError('request_malformed', 'the job names no run', {
          next: 'Nothing to do: jobs of this queue are made by the engine.',
        });
      return hint.data;
    },
    load: (hint) => load(engine, hint),
    handled: (view) => (view === null ? [] : undefined),
    async gather(view, { run_id }) {
      const [control] = await engine.store.readControl([partitionOf(runStream(run_id))]);
      if (control === null || control === undefined || control.state !== 'open') {
        throw new StoreError('partition_closed', 'nothing is authorized while the partition is closed', {
          next: 'Run marketops doctor.',
          retry: 'hold',
        });
      }
      const nowMs = engine.clock.nowMs();
      const fresh = new Map(
        (view?.asked ?? []).map((id) => [id, { nowMs, decisionId: newUlid(), answerId: newUlid() }]),
      );
      return { epoch: control.epoch, nowMs, fresh };
    },
    decide(view, _hint, facts) {
      invariant(view !== null, 'a run without a plan has been handled');
      return decideAuthorization(authorizer, view, facts);
    },
  };
  return (job) => handle(engine, handler, job);
}

/** Null where there is no plan to authorize: a forged job, or one that outlived its run. */
async function load(engine: Engine, hint: AuthorizationHint): Promise<AuthorizationView | null> {
  const runId = hint.run_id;
  // Few operations asked about are read along with the run, in one round trip.
  const hinted = [...new Set(hint.operation_ids)];
  const [runView, ...first] = await engine.reader.read([
    runStream(runId),
    ...hinted.map((id) => operationStream(runId, id)),
  ]);
  const run = foldRun(runView?.events ?? []);
  if (run.planned === undefined || run.status !== 'planned') return null;
  const plan = await readContained(engine.blobs, run.planned.data.plan, PublicationPlan);
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
    const contained = states.get(id)?.planned?.data.operation;
    if (contained != null) operations.set(id, await readContained(engine.blobs, contained, Operation));
  }
  return { runId, run, plan, asked, states, operations };
}
