import { type MarketOpsEvent, repositoryFullName } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine/reading';
import { OperatorError } from '../errors.js';
import { openLedger } from '../ledger/ledger-reader.js';
import { openBlobs } from '../system/inline-or-blob.js';

/** A published release that a run made. */
export interface ShippedRelease {
  readonly operationId: string;
  /** `owner/name`, as it was planned. */
  readonly repository: string;
  readonly tagName: string;
}

/**
 * The release that a run shipped, as the ledger says; one of several by its operation. A draft is not shipped: nobody sees it.
 * @throws OperatorError `release_not_shipped`, `usage_invalid` where it shipped several and none is named
 */
export async function shippedRelease(
  loaded: LoadedConfig,
  runId: string,
  operationId: string | undefined,
): Promise<ShippedRelease> {
  const all = await shippedReleases(loaded, runId);
  const found = operationId === undefined ? all : all.filter((one) => one.operationId === operationId);
  const [only, ...others] = found;
  if (only === undefined) {
    const what = operationId === undefined ? 'no release' : `no release by its operation ${operationId}`;
    throw new OperatorError('release_not_shipped', `${runId} has shipped ${what} that anybody can see`, {
      next: 'A bundle is attached to the release of its own run; write it to a file instead: --output.',
    });
  }
  if (others.length === 0) return only;
  const ids = found.map((one) => one.operationId).join(', ');
  throw new OperatorError('usage_invalid', `${runId} has shipped ${found.length} releases: ${ids}`, {
    next: 'Say which with --operation.',
  });
}

async function shippedReleases(loaded: LoadedConfig, runId: string): Promise<ShippedRelease[]> {
  const ledger = openLedger(loaded);
  if (ledger === undefined) return [];
  try {
    const events = (await ledger.eventsOfRun(runId)).map(({ event }) => event);
    const shipped = new Set(events.filter(saysItIsThere).map(({ stream }) => stream));
    const blobs = openBlobs(loaded.dataDir);
    const releases: ShippedRelease[] = [];
    for (const event of events) {
      if (event.type !== 'operation.planned' || !shipped.has(event.stream)) continue;
      const operation = await blobs.operation(event);
      if (operation?.kind !== 'publish_release' || operation.draft) continue;
      releases.push({
        operationId: operation.operation_id,
        repository: repositoryFullName(operation.repository),
        tagName: operation.tag_name,
      });
    }
    return releases;
  } finally {
    await ledger.close();
  }
}

const saysItIsThere = (event: MarketOpsEvent): boolean =>
  event.type === 'operation.succeeded' ||
  (event.type === 'operation.reconciled' && event.data.found === 'effect');
