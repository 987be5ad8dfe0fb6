import { type Engine, type IncomingJob, runService } from '@marketops/engine';
import { type FaultPoint, type FaultSubject, startPublisher } from '@marketops/publisher';
import type { Order, Report, Stop } from './protocol.js';

/*
 * A publisher as a process of its own, the real one but for three things: it serves an account only when it is told to, it
 * says which fault points it passes, and it ends or stops itself where it is told to. Nothing in the product can do that;
 * this program can, because it calls `startPublisher` itself.
 */

const stops: Stop[] = [];
const waiting = new Map<string, () => void>();
const passed = new Map<string, number>();

/** Resolves when the report has left this process: what comes next may be a signal that stops it. */
const tell = (report: Report): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) throw new TypeError('this program is started by a test, over IPC');
    process.send(report, undefined, {}, () => resolve());
  });

async function reach(point: FaultPoint, { runId }: FaultSubject): Promise<void> {
  const key = `${runId} ${point}`;
  const nth = (passed.get(key) ?? 0) + 1;
  passed.set(key, nth);
  const stop = stops.find((one) => one.runId === runId && one.point === point && one.nth === nth);
  // Before anything else, the report included: what was begun beside this execution must not go on for another turn.
  if (stop?.how === 'kill') process.kill(process.pid, 'SIGKILL');
  void tell({ report: 'passed', runId, point });
  if (stop === undefined) return;
  if (stop.how === 'linger') return new Promise((resolve) => setTimeout(resolve, stop.ms ?? 0));
  const goOn = new Promise<void>((resolve) => waiting.set(runId, resolve));
  await tell({ report: 'stands', runId, point });
  if (stop.how === 'stop') process.kill(process.pid, 'SIGSTOP');
  else await goOn;
}

const runIdOf = ({ data }: IncomingJob): string =>
  typeof data === 'object' && data !== null && 'run_id' in data ? String(data.run_id) : '';

/** The engine, but that its workers begin when they are told to and say when a handler has ended. */
function obedient(engine: Engine, begin: Map<string, () => void>): Engine {
  return {
    ...engine,
    work: (queue, handle, options) => {
      const handled = async (job: IncomingJob): Promise<void> => {
        try {
          await handle(job);
          void tell({ report: 'handled', runId: runIdOf(job), fault: null });
        } catch (fault) {
          void tell({ report: 'handled', runId: runIdOf(job), fault: String(fault) });
          throw fault;
        }
      };
      begin.set(queue, () => engine.work(queue, handled, options));
    },
  };
}

await runService('publisher', async (engine) => {
  const begin = new Map<string, () => void>();
  await startPublisher(obedient(engine, begin), { faultPoints: { reach } });
  process.on('message', (order: Order) => {
    if (order.order === 'stop_at') stops.push(order.stop);
    else if (order.order === 'go_on') waiting.get(order.runId)?.();
    else begin.get(order.queue)?.();
  });
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  await tell({ report: 'ready' });
});
