import { type LoadedConfig, loadConfig } from '@marketops/engine/reading';
import { OperatorError } from '../errors.js';
import { type Blobs, openBlobs } from '../system/inline-or-blob.js';
import type { SystemPlace } from '../system/place.js';
import { openReplayLedger, type ReplayLedger } from './source/ledger.js';
import type { Recorded, RecordedEvent } from './source/recorded.js';

/** What every replay reads: configuration, the ledger's files, and blobs. Nothing else, and nothing over a network. */
export interface ReplaySources {
  readonly loaded: LoadedConfig;
  readonly ledger: ReplayLedger;
  readonly blobs: Blobs;
}

/** What the ledger does not have yet; only a replay that was asked for it has one. */
export type Unjournaled = (runId: string, journaled: readonly RecordedEvent[]) => Promise<RecordedEvent[]>;

/** @throws OperatorError `ledger_missing`; ConfigError */
export async function withSources<Value>(
  { configPath, env }: SystemPlace,
  use: (sources: ReplaySources) => Promise<Value>,
): Promise<Value> {
  const loaded = loadConfig(configPath, env);
  const ledger = openReplayLedger(loaded.dataDir, loaded.keyring);
  try {
    return await use({ loaded, ledger, blobs: openBlobs(loaded.dataDir) });
  } finally {
    await ledger.close();
  }
}

/** A run as it is recorded. @throws OperatorError `run_not_found` */
export async function runEvents(
  { ledger }: ReplaySources,
  runId: string,
  unjournaled?: Unjournaled,
): Promise<Recorded> {
  const journaled = await ledger.ofRun(runId);
  const tail = (await unjournaled?.(runId, journaled.events)) ?? [];
  if (journaled.events.length + journaled.held.length + tail.length > 0)
    return { events: [...journaled.events, ...tail], held: journaled.held };
  throw new OperatorError('run_not_found', `the ledger has no run ${runId}`, {
    next:
      unjournaled === undefined
        ? 'marketops runs lists the runs there are; --live looks into Redis as well.'
        : 'marketops runs lists the runs there are; check that --config names the right system.',
  });
}
