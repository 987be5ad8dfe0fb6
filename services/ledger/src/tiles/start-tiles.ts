import { readdir } from 'node:fs/promises';
import { Fault } from '@marketops/contracts';
import { type Engine, isLeftOut, openServiceKey } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import type { Checkpoint, CryptoPort } from '@marketops/proof';
import { folderPlace, openPlace } from '@marketops/tlog';
import type { ChainPoint } from '@marketops/verifier';
import { LedgerError } from '../errors.js';
import { deposed, readControls, termOf } from '../redis/controls.js';
import { openCosigner } from './cosignatures.js';
import { JournalEntries } from './journal-entries.js';
import { TileProjector } from './projector.js';

export interface Tiles {
  /**
   * Brings the public log up to what is acknowledged, now.
   * @returns the checkpoint published; undefined where the ledger has no key to sign it with
   */
  project(): Promise<Checkpoint | undefined>;
  /** Waits for the turn under way; nothing is signed after it. */
  close(): Promise<void>;
}

export interface TilesOptions {
  readonly crypto: CryptoPort;
  readonly term: number;
  readonly settled: () => ChainPoint;
}

/** How often the same fault is told again while it lasts. */
const tellAgainMs = 60_000;

/**
 * Starts the projection of the journal into the public log. Never on the way of an acknowledgement: it reads what is
 * settled, and whatever goes wrong with it, the ledger goes on.
 */
export async function startTiles(engine: Engine, { crypto, term, settled }: TilesOptions): Promise<Tiles> {
  const { loaded, log, clock, keyring, keysDir, store } = engine;
  const paths = ledgerPaths(loaded.dataDir);
  if (isLeftOut(keysDir, 'checkpoint')) {
    log.warn(
      'the ledger has no checkpoint key and publishes no log: run marketops keys generate ledger checkpoint',
    );
    engine.health('tiles', () => ({ state: 'no_key' }));
    return { project: () => Promise.resolve(undefined), close: () => Promise.resolve() };
  }
  const origin = loaded.keyring.log_origin;
  const place = await openPlace(loaded.config.ledger.tiles, { root: loaded.root, folder: paths.tiles });
  const {
    every_ms: everyMs,
    witnesses,
    witness_timeout_ms: timeoutMs,
    copies: copied,
  } = loaded.config.ledger.tiles;
  const copies = await Promise.all(
    copied.map((settings) => openPlace(settings, { root: loaded.root, folder: paths.tiles })),
  );
  const copyToldMs = new Map<string, number>();
  const projector = new TileProjector({
    ...{ crypto, origin, place, keyring, settled },
    memory: folderPlace(paths.signed),
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
      if (termOf(await readControls(store)) > term) throw deposed(0);
      const claimed = (await readdir(paths.terms)).map(Number);
      if (claimed.some((other) => other > term))
        throw new LedgerError('deposed', `A ledger of a higher term has begun in ${paths.root}.`);
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
    async close() {
      closed = true;
      await projector.idle();
      for (const one of [place, ...copies]) one.close?.();
    },
  };
}
