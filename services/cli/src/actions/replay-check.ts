import { resolve } from 'node:path';
import { type EventFilter, isBeyond, runEvents, withSources } from '@marketops/operator/reading';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { checkRun } from '../replay/checking/check-run.js';
import { checkJson, renderCheck } from '../replay/show/check.js';

interface Check {
  readonly runId: string;
  readonly filter: EventFilter;
  readonly policies: string | undefined;
}

/** Decides a run's steps again. */
export function replayCheck(invocation: Invocation, { runId, filter, policies }: Check): Promise<number> {
  const { output, signal } = invocation;
  return withSources(invocation, async (sources) => {
    const { events } = await runEvents(sources, runId);
    const until = events.filter(({ event, entry }) => !isBeyond(filter.until, event.time, entry?.sequence));
    const beganMs = performance.now();
    const checked = await checkRun(until, {
      ...sources,
      ...{ runId, signal },
      policiesNamed: policies === undefined ? undefined : resolve(policies),
    });
    output.document(checkJson(runId, checked));
    renderCheck(output, checked, performance.now() - beganMs);
    return checked.some(({ verdict }) => verdict === 'diverges') ? exitCodes.diverged : exitCodes.held;
  });
}
