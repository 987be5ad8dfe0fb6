import type { Clock, Logger } from '@marketops/engine';
import {
  dropRebuildOrder,
  type RebuildOrder,
  type RebuildReport,
  readRebuildOrder,
  reportRebuild,
} from '@marketops/store';
import { LedgerError } from '../errors.js';
import type { PutBack } from './put-back.js';
import type { Repaired } from './repair.js';
import type { RedisWatch } from './watch.js';

export interface Orders {
  /**
   * Carries out a rebuild where one is ordered.
   * @param when has the task done when nothing else is under way
   * @returns whether there was an order
   */
  answer(when: (task: () => Promise<unknown>) => Promise<unknown>): Promise<boolean>;
}

const tellEveryMs = 500;

/**
 * An order stands in its file until it has been carried out: a ledger that is killed in the middle goes on with it at its
 * next start. What only may be tried again (Redis is away) stays ordered; what will not become better is reported as failed.
 * @param root the ledger's folder
 */
export function answerOrders({
  root,
  watch,
  clock,
  log,
}: {
  readonly root: string;
  readonly watch: RedisWatch;
  readonly clock: Clock;
  readonly log: Logger;
}): Orders {
  let busy = false;

  // A full disk keeps nobody from being told in the log, and the repair from going on.
  const report = (...said: Parameters<typeof reportOn>): Promise<void> =>
    reportOn(...said).catch((fault: unknown) =>
      log.error({ fault, order: said[0].id }, 'the report on a rebuild cannot be written'),
    );
  // Another may have been given meanwhile.
  const drop = async ({ id }: RebuildOrder): Promise<void> => {
    if ((await readRebuildOrder(root))?.id === id) await dropRebuildOrder(root);
  };
  const reportOn = (
    order: RebuildOrder,
    state: RebuildReport['state'],
    done: PutBack & Partial<Repaired>,
    message = '',
  ) =>
    reportRebuild(root, {
      order_id: order.id,
      state,
      at: new Date(clock.nowMs()).toISOString(),
      epoch: watch.epoch(),
      partitions: done.partitions?.size ?? 0,
      streams: done.streams,
      events: done.events,
      open_runs: done.openRuns,
      cut: done.cut ?? 0,
      message,
    });
  const nothing: PutBack = { streams: 0, events: 0, openRuns: 0 };

  const carryOut = async (order: RebuildOrder): Promise<void> => {
    log.warn({ order: order.id, ordered_at: order.ordered_at }, 'a rebuild of Redis was ordered');
    await report(order, 'running', nothing);
    let toldAtMs = clock.nowMs();
    let telling: Promise<void> = Promise.resolve();
    const onProgress = (done: PutBack): void => {
      if (clock.nowMs() - toldAtMs < tellEveryMs) return;
      toldAtMs = clock.nowMs();
      telling = telling.then(() => report(order, 'running', done));
    };
    try {
      const repaired = await watch.look({ ordered: true, onProgress });
      await telling;
      await report(order, 'done', repaired ?? nothing);
      await drop(order);
    } catch (fault) {
      await telling;
      // Whoever deposed this one carries it out.
      if (fault instanceof LedgerError && fault.code !== 'stopped' && fault.code !== 'deposed') {
        await report(order, 'failed', nothing, `${fault.code}: ${fault.message}`);
        await drop(order);
      }
      throw fault;
    }
  };

  return {
    async answer(when) {
      if (busy) return true;
      const order = await readRebuildOrder(root);
      if (order === undefined) return false;
      busy = true;
      try {
        await when(() => carryOut(order));
      } finally {
        busy = false;
      }
      return true;
    },
  };
}
