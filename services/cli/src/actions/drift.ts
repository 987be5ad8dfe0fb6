import { loadConfig } from '@marketops/engine';
import { comparedEveryMs, driftedEffects, liveOf, openRuns, unreceiptedEffects } from '@marketops/operator';
import { parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { DriftFlags } from '../commands/drift.js';
import { exitCodes } from '../exit-codes.js';
import { renderDrift } from '../render/drift.js';

export async function drift(
  { output, env, configPath }: Invocation,
  _args: readonly string[],
  { limit, after: cursor, exitCode }: DriftFlags,
): Promise<number> {
  const after = cursor === undefined ? undefined : parseRunId(cursor);
  const loaded = loadConfig(configPath, env);
  const everyMs = comparedEveryMs(loaded);
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs, 'compared');
    const { drifted, next } = await driftedEffects({ index: runs.ledger?.index, blobs: runs.blobs }, live, {
      limit,
      after,
    });
    // They belong to no run, so they stand on the first page.
    const unreceipted = after === undefined ? await unreceiptedEffects(live, limit) : [];
    output.document({
      every_ms: everyMs,
      drifted: drifted.map(({ runId, event }) => ({
        ...{ run_id: runId, ...event.data, found_at: event.time },
      })),
      unreceipted: unreceipted.map(({ time, data }) => ({ ...data, found_at: time })),
      next: next ?? null,
    });
    renderDrift(output, { drifted, unreceipted, everyMs });
    if (next !== undefined) output.note(`There may be more in older runs: --after ${next}`);
    const isOpen = drifted.length + unreceipted.length > 0;
    return isOpen && exitCode === true ? exitCodes.failed : exitCodes.held;
  } finally {
    await runs.close();
  }
}
