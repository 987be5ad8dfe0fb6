import { mkdir } from 'node:fs/promises';
import { type Engine, openServiceKey, queueNames, telemetryOff } from '@marketops/engine';
import { ledgerIndexOver, ledgerPaths, readLedgerName } from '@marketops/journal';
import { createSignatureCache } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Control } from '@marketops/store';
import type { ChainPoint } from '@marketops/verifier';
import { listJournal } from '@marketops/verifier/node';
import { LedgerError } from './errors.js';
import { StreamHeads } from './heads.js';
import { createExaminer } from './intake/examine.js';
import { journalClock } from './journal/clock.js';
import { type Disk, nodeDisk } from './journal/disk.js';
import { recover } from './journal/recover.js';
import { startSealing } from './journal/sealing/start-sealing.js';
import { JournalWriter } from './journal/writer.js';
import { catchUp } from './ledger-index/catch-up.js';
import { RunNumbers } from './ledger-index/numbers.js';
import { openOwnIndex } from './ledger-index/own-index.js';
import { LedgerLoop } from './loop.js';
import { measureOutbox, measureWriter } from './measuring/measure-ledger.js';
import { meteredDisk } from './measuring/metered-disk.js';
import { observeCommits } from './measuring/observe-commits.js';
import { raiseTerm, readControls, refuseAnothers, soundControls, termOf } from './redis/controls.js';
import { openFirstEpoch } from './redis/open-epoch.js';
import { createQuarantine } from './redis/quarantine.js';
import { inspectSuspect } from './redis/suspect-job.js';
import { answerOrders } from './restore/answer-orders.js';
import { openEpochBook } from './restore/epoch-book.js';
import { ledgerNamer } from './restore/ledger-namer.js';
import { stopped } from './restore/repair.js';
import { watchRedis } from './restore/watch.js';
import { openWords } from './restore/words.js';
import type { RetentionPorts } from './retention/ports.js';
import { takeOutAgain } from './retention/reborn.js';
import { createRetiring } from './retention/retire.js';
import { openRetiredRuns } from './retention/retired-runs.js';
import { retentionOf } from './retention/settings.js';
import type { DiskRoom } from './room/room.js';
import { startRoom } from './room/start-room.js';
import { startTiles, type Tiles, termsOfPlaces } from './tiles/start-tiles.js';
import { type LedgerTuning, tuningOf } from './tuning.js';
import { becomeWriter, epochKnownTo, leave } from './writers/begin.js';
import { endWith } from './writers/exit.js';
import { fencedDisk } from './writers/fence.js';
import type { WriterLease } from './writers/lease.js';
import { type StandbyOptions, standBy } from './writers/stand-by.js';

export interface LedgerOptions extends StandbyOptions {
  readonly tuning?: Partial<LedgerTuning>;
  /** For tests that make single system calls fail. */
  readonly disk?: Disk;
  /** For tests that have no small disk. */
  readonly measureRoom?: () => Promise<readonly DiskRoom[]>;
  /** Called when the ledger cannot go on. The default ends the process, with 75 where another has taken over, else with 1. */
  readonly onFatal?: (fault: unknown) => void;
}

export interface RunningLedger {
  readonly term: number;
  /** The last entry that is durable, indexed and acknowledged. */
  settled(): ChainPoint;
  /** Resolves when that entry is; rejects when the ledger ends before. */
  settledThrough(sequence: number): Promise<void>;
  /** Finishes the batch at hand. Also called by the engine's own stop. */
  stop(): Promise<void>;
  /** The public log. */
  readonly tiles: Pick<Tiles, 'project'>;
  /** Resolves when the ledger has stopped, with the fault if there was one. Never rejects. */
  readonly ended: Promise<unknown>;
}

/**
 * Starts the ledger: lease, term, index, recovery, Redis, loop. While another one writes it stands by; when it returns the
 * ledger is working.
 * @throws LedgerError `already_running`, `another_folder`, `wrong_redis`, `ledger_lost`, `journal_damaged`, `deposed`,
 * `disk_failed`, `stopped`
 */
export async function startLedger(engine: Engine, options: LedgerOptions = {}): Promise<RunningLedger> {
  const paths = ledgerPaths(engine.loaded.dataDir);
  const tuning = tuningOf(engine.loaded.config, options.tuning);
  await mkdir(paths.journal, { recursive: true, mode: 0o750 });
  const { metrics } = engine.telemetry ?? telemetryOff;
  metrics.set('marketops_ledger_writer', {}, 0);
  measureOutbox(metrics, engine);
  const lease = await standBy(engine, paths, tuning, options);
  const closers: (() => Promise<unknown>)[] = [() => lease.give()];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      await close().catch((fault: unknown) => engine.log.warn({ fault }, 'closing the ledger'));
    }
  };
  const starting = startWriting(engine, { options, tuning, lease }, closers, closeAll);
  // A standby is stopped while it takes over: it finishes that, and then stops in good order.
  engine.onStop(() => starting.then(({ stop }) => stop()).catch(() => undefined));
  try {
    return await starting;
  } catch (fault) {
    await closeAll();
    throw fault;
  }
}

async function startWriting(
  engine: Engine,
  { options, tuning, lease }: { options: LedgerOptions; tuning: LedgerTuning; lease: WriterLease },
  closers: (() => Promise<unknown>)[],
  closeAll: () => Promise<void>,
): Promise<RunningLedger> {
  const { store, log, clock, keyring, loaded, telemetry = telemetryOff } = engine;
  const paths = ledgerPaths(loaded.dataDir);
  const logOrigin = loaded.keyring.log_origin;
  const crypto = nodeCrypto;
  const signer = openServiceKey(engine, 'ledger', 'acknowledgement');

  const now = () => new Date(clock.nowMs());

  // Depose first, read afterwards: what an older writer still gets acknowledged must stand in what is read here.
  const stood = await readControls(store);
  const named = await readLedgerName(crypto, paths.journal, logOrigin).catch(() => `${logOrigin}#`);
  refuseAnothers(stood, named);
  const terms = (await listJournal(paths.journal)).map((file) => file.term);
  const known = { epoch: epochKnownTo(paths.root), term: Math.max(0, ...terms) };
  const controls = soundControls(stood, known);
  const fence = await becomeWriter(paths, lease, [
    ...terms,
    termOf(controls),
    ...(await termsOfPlaces(loaded, paths)),
  ]);
  const { term } = fence;
  closers.push(() => leave(paths));
  await raiseTerm(store, controls, term);

  const ownIndex = await openOwnIndex(paths.root, fence, log);
  closers.push(() => ownIndex.close());
  const { tables } = ownIndex;
  const index = ledgerIndexOver(tables, paths.root, crypto);
  const epochs = openEpochBook(paths.root, fence.replaceNow);
  const recovered = await recover({ paths, fence, crypto, keyring, logOrigin, indexed: index.head(), now });
  for (const cut of recovered.cuts) log.warn({ cut }, 'a torn tail was cut off; it was never acknowledged');
  if (!recovered.exists && controls.some((control) => control !== null))
    throw await ledgerLost(engine, controls, term);
  const indexedNow = await catchUp({ tables, dir: paths.journal, crypto, keyring, logOrigin });
  if (indexedNow > 0) log.info({ entries: indexedNow }, 'the index has caught up with the journal');
  await ownIndex.publish();
  const journalNow = journalClock(now, recovered.clock);
  const writer = await JournalWriter.create(
    {
      crypto,
      disk: fencedDisk(meteredDisk(options.disk ?? nodeDisk, telemetry.metrics), fence),
      dir: paths.journal,
      term,
      logOrigin,
      signer,
      now: journalNow,
    },
    recovered.head,
  );
  closers.push(() => writer.close());
  closers.push(startSealing(engine, { dir: paths.journal, current: () => writer.current, tuning }));

  const epoch = Math.max(1, epochs.highest(), index.head()?.epoch ?? 0);
  const heads = new StreamHeads(nodeCrypto, (stream) => index.streamHead(stream));
  const examiner = createExaminer({ crypto, keyring, cache: createSignatureCache() });
  const quarantine = createQuarantine(engine, tables);
  let running: LedgerLoop | undefined;
  const { appender } = engine;
  const retired = openRetiredRuns(tables);
  const retention: RetentionPorts = {
    ...{ store, clock, log, tables, term, retired },
    journalDir: paths.journal,
    settings: retentionOf(loaded),
    isStopping: () => running?.isStopping === true,
  };
  const watch = watchRedis(
    {
      ...{
        store,
        appender,
        clock,
        log,
        keyring,
        loaded,
        crypto,
        tables,
        index,
        examiner,
        quarantine,
        signer,
        term,
      },
      journalDir: paths.journal,
      retention,
      settled: () => running?.settled ?? recovered.head,
      epochs,
      ledgerName: ledgerNamer(crypto, paths.journal, logOrigin, () => running?.settled ?? recovered.head),
      readWord: openWords(crypto, keyring),
      moved: new Set(),
      checkStop: () => {
        if (running?.isStopping === true) throw stopped();
      },
    },
    epoch,
  );
  const ports = {
    store,
    crypto,
    clock,
    log,
    signer,
    writer,
    tables,
    numbers: new RunNumbers(tables),
    index,
    heads,
    examiner,
    quarantine,
    tuning,
    isLate: epochs.isLate,
    hasLeft: retired.has,
    takeOutAgain: (streams: ReadonlySet<string>) => takeOutAgain(retention, streams),
  };
  const room = await startRoom(engine, { root: paths.root, fence, measure: options.measureRoom });
  const loop = new LedgerLoop(
    {
      ...ports,
      committedAt: journalNow,
      epoch: watch.epoch,
      isAnother: watch.isAnother,
      look: async () => {
        // A Redis that was put back to before this writer was deposed must not be told that it still writes.
        await fence.check();
        return watch.look();
      },
      fence,
      hasRoom: room.admits,
      ...(engine.telemetry === undefined ? {} : { onCommit: observeCommits(telemetry, clock) }),
    },
    recovered.head,
  );
  running = loop;
  if (recovered.head.sequence === 0) await openFirstEpoch(engine, term);
  const orders = answerOrders({ root: paths.root, watch, clock, log });
  // At the very first start too: what has just been opened is what later looks are compared with.
  if (!(await orders.answer((task) => task()))) await watch.look();

  const tiles = await startTiles(engine, { crypto, fence, settled: () => loop.settled });
  closers.push(() => tiles.close());
  const ended = loop
    .run()
    .then(
      () => undefined,
      (fault: unknown) => fault,
    )
    .then(async (fault) => {
      await closeAll();
      if (fault !== undefined) (options.onFatal ?? endWith(engine.log))(fault);
      return fault;
    });
  const stop = async (): Promise<void> => {
    loop.stop();
    await ended;
  };
  const inLoop = (task: () => Promise<unknown>): Promise<void> =>
    loop.between(task).catch((fault: unknown) => {
      if (!(fault instanceof LedgerError)) throw fault;
      if (!loop.isStopping) loop.fail(fault);
    });
  engine.every(tuning.identityEveryMs, 'identity', async () => {
    if ((await watch.isAnother()) || (await watch.missesControls())) await inLoop(() => watch.look());
  });
  const retiring = createRetiring(retention);
  engine.every(tuning.retireEveryMs, 'retire', () => retiring.sweep(tuning.retireRunsMax));
  engine.every(tuning.orderEveryMs, 'rebuild', () => orders.answer(inLoop));
  engine.work(queueNames.ledger, async (job) => {
    const suspicion = await inspectSuspect(job, { store, examiner, digest: crypto.sha256Hex });
    if (suspicion !== undefined) await quarantine.raise(suspicion);
  });
  lease.watch({
    onLost: (fault) => loop.fail(fault),
    isStuck: () => loop.writingForMs > lease.lengthMs,
    check: () => fence.check(),
  });
  engine.health('ledger', () => ({
    role: 'writer',
    term,
    epoch: watch.epoch(),
    sequence: loop.settled.sequence,
    quarantined: quarantine.count,
    retired_runs: retired.count,
    closed_partitions_count: watch.closed().size,
    closed_partitions: Object.fromEntries(watch.closed()),
  }));
  measureWriter(telemetry.metrics, () => ({
    ...{ term, epoch: watch.epoch(), sequence: loop.settled.sequence },
    unsettledEvents: loop.unsettledEvents,
    quarantinedStreams: quarantine.count,
    closedPartitions: watch.closed().size,
    tilesBehind: tiles.behind(),
  }));
  log.info({ term, epoch: watch.epoch(), sequence: recovered.head.sequence }, 'the ledger is writing');
  return {
    term,
    settled: () => loop.settled,
    settledThrough: (sequence) => loop.settledThrough(sequence),
    tiles,
    stop,
    ended,
  };
}

/** Redis remembers a ledger and there is none here: whoever appends now would wait for ever, or worse, be believed. */
async function ledgerLost(
  engine: Engine,
  controls: readonly (Control | null)[],
  term: number,
): Promise<LedgerError> {
  const reason = 'ledger_lost: the ledger found no journal';
  for (const [partition, control] of controls.entries()) {
    if (control === null) continue;
    await engine.store.writeControl(partition, { epoch: control.epoch, term, state: 'closed', reason });
  }
  return new LedgerError(
    'ledger_lost',
    `Redis holds control keys of this system, and ${ledgerPaths(engine.loaded.dataDir).journal} holds no journal. All partitions are closed now.`,
  );
}
