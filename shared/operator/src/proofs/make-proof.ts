import { parseEvent } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine/reading';
import { type LedgerIndex, type LocatedEntry, ledgerPaths } from '@marketops/journal';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type OpenLog, openLog, openPlace, TlogError } from '@marketops/tlog';
import { type BundleBodies, type BundleToMake, makeBundle } from '@marketops/verifier';
import { OperatorError } from '../errors.js';
import { openIndexOf } from '../ledger/ledger-reader.js';
import { openBlobs } from '../system/inline-or-blob.js';
import { commitsOf } from './commits.js';
import { logTrustOf } from './log-trust.js';

/**
 * The proof bundle of a run, from the ledger's files and the public log made of them. Redis is not asked.
 * @throws OperatorError `ledger_missing`, `run_not_found`, `proof_not_ready`; what does not hold is a BundleError, JournalError,
 * TlogError or ProofError
 */
export async function makeProof(loaded: LoadedConfig, runId: string): Promise<string> {
  const index = openIndexOf(loaded);
  if (index === undefined)
    throw new OperatorError('ledger_missing', `there is no ledger in ${ledgerPaths(loaded.dataDir).root}`, {
      next: 'Run it where the ledger’s data folder is, or name its marketops.yml with --config.',
    });
  try {
    const entries = await entriesOf(index, runId);
    const { config, dataDir, root, keyring } = loaded;
    const paths = ledgerPaths(dataDir);
    const place = await openPlace(config.ledger.tiles, { root, folder: paths.tiles });
    try {
      const log = await openLog(nodeCrypto, place, logTrustOf(keyring)).catch((fault: unknown) => {
        if (!(fault instanceof TlogError) || fault.code !== 'tile_missing') throw fault;
        throw notReady('the public log has no checkpoint yet', loaded, fault);
      });
      const last = entries.at(-1)?.entry.sequence ?? 0;
      if (last > log.tree.size)
        throw notReady(`entry ${last} of it is not under the checkpoint of ${log.tree.size} entries`, loaded);
      return makeBundle({
        ...{ crypto: nodeCrypto, keyring, runId, checkpoint: log.note },
        witnesses: config.ledger.tiles.witnesses.map(({ key }) => key),
        commits: await commitsOf(paths.journal, entries, openKeyring(nodeCrypto, keyring)),
        segments: await segmentsOf(index, entries, log),
        bodies: await bodiesOf(dataDir, entries),
      });
    } finally {
      place.close?.();
    }
  } finally {
    await index.close();
  }
}

/** Entries of the run's own streams, in the order of the ledger. @throws OperatorError `run_not_found` */
async function entriesOf(index: LedgerIndex, runId: string): Promise<LocatedEntry[]> {
  const entries = (await index.entriesOfRun(runId)).filter(({ entry }) =>
    /^(?:run|op)\//.test(String(entry.event['stream'])),
  );
  if (entries.length > 0) return entries;
  throw new OperatorError('run_not_found', `the ledger has no run ${runId}`, {
    next: 'marketops runs lists the runs there are; check that --config names the right system.',
  });
}

const notReady = (what: string, { config }: LoadedConfig, cause?: unknown): OperatorError =>
  new OperatorError('proof_not_ready', `the run cannot be proven yet: ${what}`, {
    next: `A running ledger signs a checkpoint every ${config.ledger.tiles.every_ms} ms: ask again then. If it stays so, see marketops doctor.`,
    cause,
  });

type Segment = BundleToMake['segments'][number];

/** Entries under their statements, each with its way to the root. */
async function segmentsOf(
  index: LedgerIndex,
  entries: readonly LocatedEntry[],
  { tree }: OpenLog,
): Promise<Segment[]> {
  const segments: Segment[] = [];
  let own: Segment['entries'][number][] = [];
  let before: LocatedEntry['position'] | undefined;
  for (const { position, bytes } of entries) {
    const isOfSame =
      before?.term === position.term &&
      before.firstSequence === position.firstSequence &&
      before.segmentOffset === position.segmentOffset;
    if (!isOfSame) {
      own = [];
      segments.push({ statement: (await index.readSegment(position)).statementLine, entries: own });
    }
    const at = position.sequence - 1;
    own.push({ bytes, index: at, path: await tree.inclusion(at) });
    before = position;
  }
  return segments;
}

/** What the plan's events name by digest, where its blob is here and was not erased. */
async function bodiesOf(dataDir: string, entries: readonly LocatedEntry[]): Promise<BundleBodies> {
  const blobs = openBlobs(dataDir);
  const operations = new Map<string, unknown>();
  let plan: unknown = null;
  for (const { entry } of entries) {
    const parsed = parseEvent(entry.event);
    if (!('event' in parsed)) continue;
    const { event } = parsed;
    if (event.type === 'plan.generated') plan = (await blobs.plan(event)) ?? null;
    if (event.type === 'operation.planned')
      operations.set(event.data.operation_id, (await blobs.operation(event)) ?? null);
  }
  return { plan, operations };
}
