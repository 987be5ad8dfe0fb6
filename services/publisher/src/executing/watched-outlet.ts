import type { Outlet } from '@marketops/engine';
import { type FaultPoint, type Reach, unwatched } from '../fault-points.js';

/** What an append of an execution is for: each has its points in the registry, or this does not compile. */
export type AppendStep = {
  [Point in FaultPoint]: Point extends `${infer Step}.before_append` ? Step : never;
}[FaultPoint];

/** An outlet whose append passes the fault points of a step; the outlet itself where nobody is watching. */
export function watchedOutlet<Given extends Outlet>(outlet: Given, reach: Reach, step: AppendStep): Given {
  if (reach === unwatched) return outlet;
  return {
    ...outlet,
    appender: {
      append: async (request) => {
        await reach(`${step}.before_append`);
        const appended = await outlet.appender.append(request);
        await reach(`${step}.appended`);
        return appended;
      },
    },
    queues: {
      close: () => outlet.queues.close(),
      enqueue: async (jobs) => {
        await outlet.queues.enqueue(jobs);
        if (step === 'outcome') await reach('outcome.enqueued');
      },
    },
  };
}
