import { Fault } from '@marketops/contracts';
import { type Engine, isLeftOut, type LoadedConfig, openServiceKey } from '@marketops/engine';
import { type LedgerPaths, ledgerPaths } from '@marketops/journal';
import type { Checkpoint, CryptoPort } from '@marketops/proof';
import { folderOf, folderPlace, openPlace, type ReplaceFile } from '@marketops/tlog';
import type { ChainPoint } from '@marketops/verifier';
import { LedgerError } from '../errors.js';
import { deposed, readControls, termOf } from '../redis/controls.js';
import { fenceOver, type TermFence, termsOver } from '../writers/fence.js';
import { openCosigner } from './cosignatures.js';
import { JournalEntries } from './journal-entries.js';
import { TileProjector } from './projector.js';

export interface Tiles {
  /**
   * Brings the public log up to what is acknowledged, now.
   * @returns the checkpoint published; undefined where the ledger has no key to sign it with
   */
  project(): Promise<Checkpoint | undefined>;
  /** How many settled entries no published checkpoint covers. */
  behind(): number;
  /** Waits for the turn under way; nothing is signed after it. */
  close(): Promise<void>;
}

export interface TilesOptions {
  readonly crypto: CryptoPort;
  readonly fence: TermFence;
  readonly settled: () => ChainPoint;
}

/** How often the same fault is told again while it lasts. */
const tellAgainMs = 60_000;

/**
 * Starts the projection of the journal into the public log. Never on the way of an acknowledgement: it reads what is
 * settled, and whatever goes wrong with it, the ledger goes on.
 */
export async function startTiles(engine: Engine, { crypto, fence, settled }: TilesOptions): Promise<Tiles> {
  const { loaded, log, clock, keyring, keysDir, store } = engine;
  const paths = ledgerPaths(loaded.dataDir);
  if (isLeftOut(keysDir, 'checkpoint')) {
    log.warn(
      'the ledger has no checkpoint key and publishes no log: run marketops keys generate ledger checkpoint',
    );
    engine.health('tiles', () => ({ state: 'no_key' }));
    return { project: () => Promise.resolve(undefined), behind: () => 0, close: () => Promise.resolve() };
  }
  const origin = loaded.keyring.log_origin;
  const byDefault = { root: loaded.root, folder: paths.tiles };
  const replaceIn = fencedIn(fence.term);
  const place = await openPlace(loaded.config.ledger.tiles, byDefault, replaceIn);
  const {
    every_ms: everyMs,
    witnesses,
    witness_timeout_ms: timeoutMs,
    copies: copied,
  } = loaded.config.ledger.tiles;
  const copies = await Promise.all(copied.map((settings) => openPlace(settings, byDefault, replaceIn)));
  const copyToldMs = new Map<string, number>();
  const projector = new TileProjector({
    ...{ crypto, origin, place, keyring, settled },
    memory: folderPlace(paths.signed, (path, bytes) => fence.replace(path, bytes, 0o644)),
    entries: new JournalEntries({ dir: paths.journal, crypto, keyring, logOrigin: origin }),
    signer: openServiceKey(engine, 'ledger', 'checkpoint'),
    copies,
    onCopyFault: (copy, fault) => {
      const nowMs = clock.nowMs();
      if (nowMs - (copyToldMs.get(copy) ?? Number.NEGATIVE_INFINITY) < tellAgainMs) return;
      copyToldMs.set(copy, nowMs);
      log.warn({ fault, copy }, 'a copy of the checkpoint cannot be kept; the log is published without it');
    },
    onRestored: ({ size }) => {
      const what = { place: place.name, size };
      log.warn(what, 'tiles were gone from the place of the log; they were written again from the journal');
    },
    cosign: openCosigner({ crypto, witnesses, timeoutMs, log }),
    checkTerm: async () => {
      if (termOf(await readControls(store)) > fence.term) throw deposed(0);
      await fence.check();
    },
  });
  let closed = false;
  let published: Checkpoint | undefined;
  let fault: { readonly told: string; readonly atMs: number } | undefined;

  const turn = async (): Promise<void> => {
    if (closed) return;
    try {
      published = await projector.project();
      if (fault !== undefined) log.info({ size: published.size }, 'the log is published again');
      fault = undefined;
    } catch (cause) {
      const told = cause instanceof Error ? cause.message : String(cause);
      const nowMs = clock.nowMs();
      if (fault?.told === told && nowMs - fault.atMs < tellAgainMs) return;
      fault = { told, atMs: nowMs };
      const passes = cause instanceof Fault && cause.retry !== 'terminal';
      log[passes ? 'warn' : 'error']({ fault: cause }, 'no checkpoint is signed; the ledger itself goes on');
    }
  };
  engine.every(everyMs, 'tiles', turn);
  engine.health('tiles', () => ({
    state: fault === undefined ? 'publishing' : 'standing_still',
    place: place.name,
    published: published?.size ?? null,
    behind: settled().sequence - (published?.size ?? 0),
    fault: fault?.told ?? null,
  }));
  return {
    project: () => projector.project(),
    behind: () => settled().sequence - (published?.size ?? 0),
    async close() {
      closed = true;
      await projector.idle();
      for (const one of [place, ...copies]) one.close?.();
    },
  };
}

/** Folders of the log may be on other disks than the ledger: the term is claimed in each, before the first checkpoint there. */
const fencedIn =
  (term: number) =>
  (folder: string): ReplaceFile => {
    let over: TermFence | undefined;
    return async (path, bytes) => {
      try {
        over ??= await fenceOver(folder, term);
        await over.replace(path, bytes, 0o644);
      } catch (fault) {
        if (!(fault instanceof LedgerError)) throw fault;
        // The folder may have been removed and made again; where a higher term is claimed in it, this fails.
        over = await fenceOver(folder, term);
        await over.replace(path, bytes, 0o644);
      }
    };
  };

/** The terms that were claimed in the log's folders: a ledger put back from a backup must be above those as well. */
export async function termsOfPlaces(
  { config, root }: Pick<LoadedConfig, 'config' | 'root'>,
  { tiles: folder }: LedgerPaths,
): Promise<number[]> {
  const { tiles } = config.ledger;
  const folders = [tiles, ...tiles.copies].map((settings) => folderOf(settings, { root, folder }));
  const terms = await Promise.all(
    folders.flatMap((one) => (one === undefined ? [] : [termsOver(one).catch(() => [])])),
  );
  return terms.flat();
}
