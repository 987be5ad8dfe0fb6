import { type Clock, type Telemetry, tracingOff } from '@marketops/engine';
import type { BuiltBatch } from '../journal/batch.js';

/** Told of each batch as it is on its way: `written` resolves when it is durable, `said` when it is acknowledged. */
export type CommitObserver = (batch: BuiltBatch, written: Promise<void>, said: Promise<void>) => void;

/** A batch of very many runs is shown in the traces of so many of them. */
const runsTracedMax = 64;

/** Measures batches, and shows in the trace of each run when its events became durable and acknowledged. */
export function observeCommits({ metrics, tracing }: Telemetry, clock: Pick<Clock, 'nowMs'>): CommitObserver {
  return ({ bytes, firstSequence, head, placed }, written, said) => {
    const startMs = clock.nowMs();
    const attributes = {
      'marketops.first_sequence': firstSequence,
      'marketops.last_sequence': head.sequence,
      'marketops.batch_events': head.sequence - firstSequence + 1,
    };
    const show = (name: string, fromMs: number): void => {
      if (tracing === tracingOff) return;
      const endMs = clock.nowMs();
      const runs = new Set(placed.segments.flatMap(({ facts }) => facts.map(({ runId }) => runId)));
      runs.delete('');
      for (const runId of [...runs].slice(0, runsTracedMax))
        tracing.past({ name, runId, startMs: fromMs, endMs, attributes });
    };
    // What fails ends the loop; here there is then nothing to tell.
    const ignore = (): void => undefined;
    const durable = written.then(() => {
      metrics.observe('marketops_ledger_batch_events', {}, head.sequence - firstSequence + 1);
      metrics.observe('marketops_ledger_batch_bytes', {}, bytes.length);
      show('ledger commit', startMs);
      return clock.nowMs();
    });
    durable.then((durableMs) => said.then(() => show('ledger acknowledge', durableMs))).catch(ignore);
  };
}
