import { AuthorizationHint, guarded, InputError, invariant } from '@marketops/contracts';
import {
  type Engine,
  type FreezeProjection,
  type Handler,
  handle,
  type IncomingJob,
  newUlid,
} from '@marketops/engine';
import type { Policy } from '@marketops/policy';
import { decideAuthorization, unvouched } from './deciding/decide.js';
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
        vouchedSeq: null,
        frozen: [control.frozen, frozen],
      };
      const resting = view === null ? [] : unvouched(authorizer, view, facts);
      if (view === null || resting.length === 0) return facts;
      const vouchedSeq = await authorizer.statements.vouched(view, resting, policy.digest);
      return { ...facts, vouchedSeq };
    },
    decide(view, _hint, facts) {
      invariant(view !== null, 'a run without a plan has been handled');
      return decideAuthorization(authorizer, view, facts);
    },
  };
  return (job) => handle(engine, handler, job);
}
