import { AuthorizationHint, guarded, InputError, invariant, runStream } from '@marketops/contracts';
import {
  type Engine,
  type FreezeProjection,
  type Handler,
  HoldError,
  handle,
  type IncomingJob,
  newUlid,
} from '@marketops/engine';
import type { Policy } from '@marketops/policy';
import { decideAuthorization, hearingOf, unvouched } from './deciding/decide.js';
import type { AuthorizationFacts, AuthorizationView, Authorizer } from './deciding/view.js';
import { loadRun, openControl } from './load.js';
import type { StatementCount } from './vouched.js';

/** An authorizer with what changes beneath it. */
export interface LiveAuthorizer extends Authorizer {
  /** The policy in force now. */
  policy(): Policy;
  readonly freezes: FreezeProjection;
  readonly statements: StatementCount;
}

const hintOf = guarded(AuthorizationHint);

/**
 * `{authorizations}`: federation looks at operations of a run. The job says which; everything else, whether they are
 * free to go and what people have said included, it reads itself.
 */
export function authorizationHandler(
  engine: Engine,
  authorizer: LiveAuthorizer,
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
    load: (hint) => loadRun(engine, hint),
    handled: (view) => (view === null ? [] : undefined),
    async gather(view, { run_id }) {
      const [control, { frozen }] = await Promise.all([
        openControl(engine, run_id),
        authorizer.freezes.current(),
      ]);
      const nowMs = engine.clock.nowMs();
      const fresh = new Map(
        (view?.asked ?? []).map((id) => [id, { nowMs, decisionId: newUlid(), answerId: newUlid() }]),
      );
      const policy = authorizer.policy();
      const facts: AuthorizationFacts = {
        epoch: control.epoch,
        nowMs,
        fresh,
        policy,
        keyring: engine.keyring,
        keys: engine.keyring.list(),
        hearing: once(() => hearingOf(authorizer, present(view), engine.keyring, nowMs)),
        vouchedSeq: null,
        frozen: [control.frozen, frozen],
      };
      const resting = view === null ? [] : unvouched(authorizer, view, facts);
      if (view === null || resting.length === 0) return facts;
      const vouchedSeq = await authorizer.statements.vouched(view, resting, policy.digest);
      return { ...facts, vouchedSeq };
    },
    async decide(view, _hint, facts) {
      const decision = await decideAuthorization(authorizer, present(view), facts);
      await stillSo(engine, authorizer, present(view), facts);
      return decision;
    },
  };
  return (job) => handle(engine, handler, job);
}

function present(view: AuthorizationView | null): AuthorizationView {
  invariant(view !== null, 'a run without a plan has been handled');
  return view;
}

/** Asked again, the same: a decision is made twice where the ledger is asked in between. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Longer than this, and what a decision rests on is looked at again: a signer outside may take its time. */
const freshMs = 500;

/**
 * Signing may take seconds, and the append of a receipt expects nothing of the run's stream or of `system`: so what was said,
 * ordered, loaded or revoked meanwhile is asked for once more.
 * @throws HoldError where anything has changed: then all of it is decided again
 */
async function stillSo(
  engine: Engine,
  authorizer: LiveAuthorizer,
  { runId, run }: AuthorizationView,
  facts: AuthorizationFacts,
): Promise<void> {
  const isSlow = engine.clock.nowMs() - facts.nowMs > freshMs;
  if (!isSlow && facts.vouchedSeq === null) return;
  const [lastSeq] = await engine.store.lastSeqs([runStream(runId)]);
  const { frozen } = await authorizer.freezes.current();
  const isSame =
    lastSeq === (facts.vouchedSeq ?? run.lastSeq) &&
    authorizer.policy().digest === facts.policy.digest &&
    engine.keyring.list() === facts.keys &&
    [...frozen.keys()].every((scope) => facts.frozen.some((known) => known.has(scope)));
  if (!isSame)
    throw new HoldError(
      'what the receipt rests on has changed while it was signed',
      engine.loaded.tuning.holdMs,
    );
}
