import {
  foldOperation,
  foldRun,
  guarded,
  InputError,
  type OperatorCommand,
  operationStream,
  RevocationHint,
  runStream,
} from '@marketops/contracts';
import { type Engine, type Handler, handle, type IncomingJob } from '@marketops/engine';
import { checkOrder, decideRevocation, type RevocationView, receiptToRevoke } from './deciding/revocation.js';
import type { Authorizer } from './deciding/view.js';
import { openControl } from './load.js';

const hintOf = guarded(RevocationHint);

interface Order {
  readonly command: OperatorCommand;
  readonly action: ReturnType<typeof checkOrder>;
}

/**
 * `receipt.revoke` in `{authorizations}`: an operator's order. The order is believed, the job is not. One that comes too
 * late, or twice, changes nothing; one that a renewal has overtaken reaches what has replaced the receipt it names: whichever
 * of the two appends first, the other is decided again on what stands then.
 */
export function revocationHandler(
  engine: Engine,
  { crypto, audience }: Pick<Authorizer, 'crypto' | 'audience'>,
): (job: IncomingJob) => Promise<void> {
  const handler: Handler<Order, RevocationView, undefined> = {
    parse(job) {
      const hint = hintOf.safeParse(job.data);
      if (!hint.success)
        throw new InputError('request_malformed', 'the job holds no order', {
          next: 'Give the order with marketops receipt revoke.',
        });
      const { command } = hint.data;
      const trust = { crypto, audience, keyring: engine.keyring };
      return { command, action: checkOrder(trust, command, engine.clock.nowMs()) };
    },
    async load({ action: { run_id, operation_id } }) {
      const [run, operation] = await engine.reader.read([
        runStream(run_id),
        operationStream(run_id, operation_id),
      ]);
      return { run: foldRun(run?.events ?? []), state: foldOperation(operation?.events ?? []) };
    },
    handled: () => undefined,
    async gather({ state }, { command, action }) {
      await openControl(engine, action.run_id);
      const { principal, command_id } = command;
      const order = { ...action, principal, command_id, phase: state.phase };
      const live = receiptToRevoke(state, action.receipt_id);
      if (live === undefined)
        engine.log.warn(order, 'nothing to revoke: it is not live, nor what replaced it');
      else if (live.receipt_id !== action.receipt_id)
        engine.log.info(
          { ...order, live: live.receipt_id },
          'an order reaches the receipt that replaced the one it names',
        );
      return undefined;
    },
    decide: (view, { command, action }) => decideRevocation(view, command, action),
  };
  return (job) => handle(engine, handler, job);
}
