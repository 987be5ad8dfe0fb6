import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocatedEntry, ledgerPaths } from '@marketops/journal';
import { OperatorError } from '@marketops/operator';
import { logTrustOf } from '@marketops/operator/proofs';
import type { LedgerReader } from '@marketops/operator/reading';
import { openCheckpoint, ProofError } from '@marketops/proof';
import {
  bytesMaxOf,
  checkpointPath,
  folderOf,
  headersOf,
  openPlace,
  parsePath,
  TlogError,
} from '@marketops/tlog';
import { type Allowed, covers } from '../../access/caller.js';
import { ConsoleError } from '../../errors.js';
import { type ConsoleApp, type ConsoleContext, serve } from '../../server/serve.js';
import type { World } from '../../world/world.js';
import { entryView } from '../runs/history-view.js';
import * as contract from './contract.js';
import { listFiles, parseRange, partBytesMax, readPart } from './journal-files.js';

/** One look at the entries reads this many at most, found or not. */
const looksMax = 5_000;
const atOnce = 100;

async function ledgerOf(world: World): Promise<LedgerReader> {
  const { ledger } = await world.reading.runs();
  if (ledger?.index.head() !== undefined) return ledger;
  throw new OperatorError('ledger_missing', 'there is no ledger here yet', {
    next: 'Start one: it opens with the first event.',
  });
}

export function serveLedger(app: ConsoleApp, world: World): void {
  serve(app, world, contract.getLedger, async () => {
    const ledger = await ledgerOf(world);
    const { sequence = 0, hash = '', epoch = 0, term = 0 } = ledger.index.head() ?? {};
    const { keyring } = world.loaded();
    return {
      ...{ sequence, hash, epoch, term, log_origin: keyring.log_origin },
      checkpoint: (await checkpointNow(world))?.view ?? null,
    };
  });
  serve(app, world, contract.listLedgerEntries, async ({ allowed, query }) => {
    const ledger = await ledgerOf(world);
    return pageOf(ledger, allowed, query);
  });
  serve(app, world, contract.listJournal, async () => ({
    files: await listFiles(ledgerPaths(world.loaded().dataDir).journal),
  }));
  serve(app, world, contract.readJournal, async ({ params, headers }, c) => {
    const range = parseRange(headers.range);
    const part = await readPart(ledgerPaths(world.loaded().dataDir).journal, params.name, range);
    if (part === undefined) return c.body(null, 416);
    const isWhole = range === undefined && part.bytes.length === part.size;
    if (range === undefined && !isWhole && part.size > partBytesMax)
      throw new ConsoleError('not_found', `${params.name} is larger than one answer takes`, {
        next: 'Ask for it in parts, with Range: bytes=0-8388607 and so on.',
      });
    const last = part.from + part.bytes.length - 1;
    return c.body(part.bytes, range === undefined ? 200 : 206, {
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      ...(range === undefined ? {} : { 'content-range': `bytes ${part.from}-${last}/${part.size}` }),
    });
  });
  serve(app, world, contract.getCheckpoint, async (_, c) => {
    const now = await checkpointNow(world);
    if (now === undefined) throw noTile('There is no checkpoint yet.');
    return c.body(now.note, 200, { 'content-type': 'text/plain; charset=utf-8' });
  });
  serve(app, world, contract.readTile, async ({ params }, c) => tile(world, c, params.path));
  serve(app, world, contract.getKeyring, async () => world.loaded().keyring);
}

const noTile = (what: string): ConsoleError =>
  new ConsoleError('not_found', what, { next: 'Ask for what the newest checkpoint names.' });

/** The public log, wherever it is. */
async function withPlace<Done>(
  world: World,
  deed: (place: Awaited<ReturnType<typeof openPlace>>) => Promise<Done>,
): Promise<Done> {
  const { config, dataDir, root } = world.loaded();
  const place = await openPlace(config.ledger.tiles, { root, folder: ledgerPaths(dataDir).tiles });
  try {
    return await deed(place);
  } finally {
    place.close?.();
  }
}

/** The newest checkpoint, its signature verified; undefined where there is none, or none that holds. */
export const checkpointNow = (world: World) =>
  withPlace(world, async (place) => {
    const bytes = await place
      .read(checkpointPath, bytesMaxOf({ kind: 'checkpoint' }))
      .catch((fault: unknown) => {
        if (fault instanceof TlogError) return undefined;
        throw fault;
      });
    if (bytes === undefined) return undefined;
    const note = new TextDecoder().decode(bytes);
    try {
      const { checkpoint } = openCheckpoint(note, logTrustOf(world.loaded().keyring));
      const { origin, size, root } = checkpoint;
      return { note, view: { origin, size, root, signed_at: await writtenAt(world) } };
    } catch (fault) {
      if (fault instanceof ProofError) return undefined;
      throw fault;
    }
  });

/** Of a log in a folder: when its newest checkpoint was put there. */
async function writtenAt(world: World): Promise<string | null> {
  const { config, dataDir, root } = world.loaded();
  const folder = folderOf(config.ledger.tiles, { root, folder: ledgerPaths(dataDir).tiles });
  if (folder === undefined) return null;
  return stat(join(folder, checkpointPath)).then(
    ({ mtime }) => mtime.toISOString(),
    () => null,
  );
}

async function tile(world: World, c: ConsoleContext, path: string): Promise<Response> {
  const full = `tile/${path}`;
  const resource = resourceOf(full);
  const bytes = await withPlace(world, (place) => place.read(full, bytesMaxOf(resource)));
  if (bytes === undefined) throw noTile(`There is no tile ${path}.`);
  const { contentType, cacheControl } = headersOf(resource);
  return c.body(new Uint8Array(bytes), 200, {
    'content-type': contentType,
    // For whoever may read it alone: between here and there nothing keeps it.
    'cache-control': cacheControl.replace('public', 'private'),
  });
}

function resourceOf(path: string) {
  try {
    return parsePath(path);
  } catch (fault) {
    if (fault instanceof TlogError) throw noTile(`${path} is no tile.`);
    throw fault;
  }
}

interface EntryQuery {
  readonly before?: number | undefined;
  readonly limit: number;
  readonly type?: string | undefined;
  readonly stream?: string | undefined;
}

/** Newest first. Events of `system` belong to nobody: they are for who may see every tenant. */
async function pageOf(ledger: LedgerReader, { tenants }: Allowed, query: EntryQuery) {
  const head = ledger.index.head()?.sequence ?? 0;
  const found: LocatedEntry[] = [];
  let next = Math.min(head, (query.before ?? head + 1) - 1);
  const last = Math.max(1, next - looksMax + 1);
  const fits = ({ entry: { event } }: LocatedEntry): boolean =>
    covers(tenants, (event['tenant_id'] as string | null) ?? null) &&
    (query.type === undefined || event['type'] === query.type) &&
    (query.stream === undefined || event['stream'] === query.stream);
  while (next >= last && found.length < query.limit) {
    const from = Math.max(last, next - atOnce + 1);
    const numbers = Array.from({ length: next - from + 1 }, (_, at) => next - at);
    const read = await Promise.all(numbers.map((sequence) => ledger.index.entryAt(sequence)));
    for (const one of read) {
      if (found.length >= query.limit) break;
      next = one.entry.sequence - 1;
      if (fits(one)) found.push(one);
    }
  }
  const verified = new Set((await ledger.verify(found)).map(({ sequence }) => sequence));
  return {
    entries: found.map((one) => entryView(one, verified.has(one.entry.sequence))),
    next: next >= 1 ? next + 1 : null,
    head,
  };
}
