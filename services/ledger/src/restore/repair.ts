import { limits, systemStream } from '@marketops/contracts';
import { audienceOf, foldFreezes } from '@marketops/engine';
import { type Control, partitionOf, StoreError } from '@marketops/store';
import { LedgerError } from '../errors.js';
import {
  deposed,
  epochOf,
  everyPartition,
  readControls,
  refuseAnothers,
  soundControls,
} from '../redis/controls.js';
import { sayOnSystem } from '../redis/system-stream.js';
import { putAway } from '../retention/put-away.js';
import { type JudgedOutbox, judgeOutbox } from './judge-outbox.js';
import type { RestorePorts } from './ports.js';
import { type PutBack, putBack } from './put-back.js';
import { readSystem, readSystemLightly } from './read-system.js';
import { isOurs } from './reasons.js';
import { type Survey, surveyRedis } from './survey.js';

/** What one look at Redis came to. */
export interface Looked {
  readonly epoch: number;
  /** Partition → why it is closed now. */
  readonly closed: ReadonlyMap<number, string>;
  /** Undefined where nothing had to be mended. */
  readonly repaired?: Repaired;
}

export interface Repaired extends PutBack {
  /** Partition → why. */
  readonly partitions: ReadonlyMap<number, string>;
  /** Appends that could not stand beside the ledger. */
  readonly cut: number;
}

export interface LookOptions {
  /** The highest epoch known. */
  readonly epoch: number;
  /** A person has ordered a rebuild. */
  readonly ordered: boolean;
  readonly onProgress?: (done: PutBack) => void;
}

/**
 * Compares Redis with the journal and mends what the journal can mend. Every partition gets this writer's term.
 *
 *     1 close      the damaged partitions: nothing is appended there until they are whole
 *     2 judge      what waits in their outboxes: what was decided on lost data goes
 *     3 put back   operations with their starts, their runs, `system`; a word on each; deadlines of runs that go on; of runs
 *                  that had left Redis their tombstones alone
 *     4 freeze     every scope that `system` says is frozen, before anything is open
 *     5 open       the next epoch, in every partition: unused receipts of the one before count as expired; what the
 *                  outboxes end with then is kept: nothing decided in an older epoch is taken after that
 *     6 say        `epoch.opened`, with why; and what was cut off, with its digest
 *
 * Killed anywhere, the next look does the rest: a partition that was closed here is damaged until step 5.
 * @throws LedgerError `wrong_redis`, `deposed`, `ledger_behind`, `journal_damaged`, `stopped`
 */
export async function lookAtRedis(ports: RestorePorts, options: LookOptions): Promise<Looked> {
  const stood = await readControls(ports.store);
  refuseAnothers(stood, await ports.ledgerName());
  const known = Math.max(options.epoch, ports.epochs.highest());
  const controls = soundControls(stood, { epoch: known, term: ports.term });
  const epoch = Math.max(1, known, epochOf(controls));
  const survey = await surveyRedis(ports, stood, controls, options.ordered);
  if (survey.damaged.size === 0) {
    await confirm(ports, controls, survey, epoch);
    await putAway(ports.retention, survey.closed);
    await fence(ports, epoch);
    await sayUnsaid(ports, epoch, survey.closed);
    return { epoch, closed: survey.closed };
  }
  return repair(ports, survey, controls, { ...options, epoch });
}

/** Closed stays closed, open stays open, and the term is ours. */
async function confirm(
  ports: RestorePorts,
  controls: readonly (Control | null)[],
  { closed }: Survey,
  epoch: number,
): Promise<void> {
  for (const partition of everyPartition) {
    const control = controls[partition];
    const reason = closed.get(partition);
    const state = reason === undefined ? 'open' : 'closed';
    const next = {
      epoch: control?.epoch ?? epoch,
      state,
      reason: reason ?? control?.reason ?? '',
    } as const;
    await write(ports, partition, next, control === null);
  }
}

/** @param anew what stands, if anything does, is no control key of a ledger's */
async function write(
  { store, term, ledgerName }: RestorePorts,
  partition: number,
  next: Pick<Control, 'epoch' | 'state' | 'reason'>,
  anew: boolean,
): Promise<void> {
  const name = await ledgerName();
  const ledger = name.endsWith('#') ? {} : { ledger: name };
  if (!(await store.writeControl(partition, { ...next, ...ledger, term, anew }))) throw deposed(partition);
}

/**
 * Every partition is in the epoch, so none takes an append of an older one: what still comes of one into an outbox went past
 * the append script. What stands there already may have been there before Redis lost anything, and stands as it did.
 */
async function fence({ store, epochs }: RestorePorts, epoch: number): Promise<void> {
  // The first has none before it.
  if (epoch > 1 && !epochs.isFenced(epoch)) epochs.fence(epoch, await store.lastOutboxIds());
}

async function repair(
  ports: RestorePorts,
  survey: Survey,
  controls: readonly (Control | null)[],
  { epoch, ordered, onProgress }: LookOptions,
): Promise<Looked> {
  const { log } = ports;
  const { damaged } = survey;
  log.error(
    { partitions: Object.fromEntries(damaged), ordered },
    `Redis has lost data; ${damaged.size} partitions are closed and put back from the journal`,
  );
  await confirm(ports, controls, { damaged, closed: new Map([...survey.closed, ...damaged]) }, epoch);
  const partitions = new Set(damaged.keys());
  const judged = await judgeOutbox(ports, partitions);
  const done = await putBack(ports, {
    partitions,
    judged,
    deep: ordered,
    onProgress: onProgress ?? (() => undefined),
  });
  await putAway(ports.retention, survey.closed);
  await dropDead(ports, judged);
  await freezeAgain(ports);
  const next = epoch + 1;
  const cut = [...judged.dead.values()].reduce((count, ids) => count + ids.length, 0);
  const closed = stayClosed(survey, ordered);
  // The damaged ones last: killed in between, one of them is still closed, and the next look begins an epoch for all.
  const sound = everyPartition.filter((partition) => !partitions.has(partition));
  // Durable first: killed in between, the number is not used again.
  ports.epochs.begin(next);
  for (const partition of [...sound, ...partitions]) {
    const reason = closed.get(partition);
    const state = reason === undefined ? 'open' : 'closed';
    await write(ports, partition, { epoch: next, state, reason: reason ?? '' }, false);
  }
  await fence(ports, next);
  const repaired: Repaired = { ...done, partitions: damaged, cut };
  await sayEpoch(ports, next, whyOpened(repaired, ordered));
  for (const suspicion of judged.suspicions) await ports.quarantine.raise(suspicion);
  log.warn(
    { epoch: next, streams: done.streams, events: done.events, open_runs: done.openRuns, cut },
    'Redis is what the ledger says again; a new epoch has begun',
  );
  return { epoch: next, closed, repaired };
}

/** What others have closed stays so, though its data may have been mended. */
function stayClosed({ closed }: Survey, ordered: boolean): ReadonlyMap<number, string> {
  return new Map([...closed].filter(([, reason]) => !(ordered && isOurs(reason))));
}

async function dropDead({ store, term }: RestorePorts, { dead }: JudgedOutbox): Promise<void> {
  for (const [partition, ids] of dead) {
    if (!(await store.dropOutbox(partition, { term, ids }))) throw deposed(partition);
  }
}

/** Law O1. A scope that the control keys freeze beyond that stays frozen: somebody may just have frozen it. */
async function freezeAgain(ports: RestorePorts): Promise<void> {
  const { store, keyring, loaded, crypto, log } = ports;
  const { frozen } = foldFreezes({ crypto, keyring, audience: audienceOf(loaded) }, await readSystem(ports));
  for (const [scope, reason] of frozen) {
    await store.freeze(scope, reason);
    log.warn({ scope, reason }, 'still frozen');
  }
}

function whyOpened({ partitions, streams, events, cut }: Repaired, ordered: boolean): string {
  const [first = ''] = partitions.values();
  const parts = [
    ordered ? 'a rebuild was ordered' : 'Redis had lost data',
    `${partitions.size} partitions, ${streams} streams, ${events} events put back`,
    ...(cut === 0 ? [] : [`${cut} appends cut off that were made on lost data`]),
    first,
  ];
  return parts.join('; ').slice(0, limits.messageCharsMax);
}

/** A repair that was killed when all was open again has not said so. */
async function sayUnsaid(
  ports: RestorePorts,
  epoch: number,
  closed: ReadonlyMap<number, string>,
): Promise<void> {
  if (closed.has(partitionOf(systemStream))) return;
  const events = await readSystemLightly(ports);
  const isSaid = events.some((event) => event.type === 'epoch.opened' && event.data.epoch >= epoch);
  if (!isSaid) await sayEpoch(ports, epoch, 'a repair of Redis was interrupted before it was said');
}

/** Who appends still thinks of the old epoch: told so once, it asks which is in force. */
async function sayEpoch(ports: RestorePorts, epoch: number, reason: string): Promise<void> {
  const { term, log } = ports;
  for (let tries = 0; ; tries += 1) {
    try {
      await sayOnSystem(ports, { type: 'epoch.opened', data: { epoch, term, reason } });
      return;
    } catch (fault) {
      if (!(fault instanceof StoreError)) throw fault;
      if (fault.code === 'epoch_changed' && tries < 3) continue;
      // Where somebody has closed the partition of `system`, it is said in the log only.
      log.error({ fault, epoch }, 'could not record the new epoch');
      return;
    }
  }
}

export const stopped = (): LedgerError =>
  new LedgerError(
    'stopped',
    'The ledger is stopped; what it was putting back is gone on with at its next start.',
  );
