import {
  type ComparableRun,
  diffJson,
  diffRuns,
  foldAll,
  type ReplaySources,
  runEvents,
  withSources,
} from '@marketops/operator/reading';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { planOf } from '../replay/checking/context.js';
import { renderDiff } from '../replay/show/diff.js';

/** Two runs side by side. */
export function replayDiff(invocation: Invocation, one: string, other: string): Promise<number> {
  const { output } = invocation;
  return withSources(invocation, async (sources) => {
    const difference = diffRuns(await comparable(sources, one), await comparable(sources, other));
    output.document(diffJson(one, other, difference));
    renderDiff(output, one, other, difference);
    return exitCodes.held;
  });
}

async function comparable(sources: ReplaySources, runId: string): Promise<ComparableRun> {
  const { events } = await runEvents(sources, runId);
  const { plan, operations } = await planOf(events, sources.blobs);
  return { runId, asOf: foldAll(events), plan, operations, events };
}
