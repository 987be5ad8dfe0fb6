import type { Settings } from '@marketops/engine';
import type { LedgerIndex } from '@marketops/journal';
import {
  comparedEveryMs,
  driftedEffects,
  type Live,
  nothingCompared,
  unreceiptedEffects,
} from '@marketops/operator';
import type { Blobs } from '@marketops/operator/reading';
import { duration, plural } from '@marketops/operator/words';
import { StoreError } from '@marketops/store';
import { type Finding, ok, skipped, warn } from './finding.js';

/** The newest runs are looked at, so that the doctor stays quick; `marketops drift` looks at more. */
const runsMax = 200;
const countedMax = 100;
/** What stands without a receipt stays on record for ever; the doctor speaks of what is new. */
const newsMs = 7 * 86_400_000;

/** What does not stand as it was authorized, as far as the publisher has looked. */
export async function driftFindings(
  settings: Pick<Settings, 'config' | 'apiUrl' | 'dataDir'>,
  sources: { readonly index: LedgerIndex | undefined; readonly blobs: Blobs },
  live: Pick<Live, 'reader'>,
): Promise<Finding[]> {
  try {
    const { drifted } = await driftedEffects(sources, live, { limit: countedMax, runsMax });
    const sinceMs = Date.now() - newsMs;
    const all = await unreceiptedEffects(live, countedMax);
    const unreceipted = all.filter(({ time }) => Date.parse(time) >= sinceMs);
    if (drifted.length + unreceipted.length === 0) {
      const everyMs = comparedEveryMs(settings);
      if (everyMs === 0) return [skipped('drift', nothingCompared)];
      return [ok('drift', `none known in the newest runs; compared every ${duration(everyMs)}`)];
    }
    const detail = `${plural(drifted.length, 'effect')} not as authorized, ${unreceipted.length} without a receipt found this week`;
    return [warn('drift', detail, 'See which: marketops drift')];
  } catch (fault) {
    // A stream that cannot be believed has its own finding.
    if (fault instanceof StoreError) return [skipped('drift', `cannot be told: ${fault.message}`)];
    throw fault;
  }
}
