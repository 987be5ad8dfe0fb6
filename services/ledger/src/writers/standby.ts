import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '@marketops/engine';
import type { LedgerPaths } from '@marketops/journal';
import type { LeaseAnswer } from '@marketops/store';
import { LedgerError } from '../errors.js';
import { readHolder, stateOf } from './holder.js';
import { type AboutHolder, aboutOf, WriterLease, whoIs } from './lease.js';

export interface StandbyPorts extends Pick<Engine, 'store' | 'clock' | 'log'> {
  readonly paths: LedgerPaths;
  readonly leaseMs: number;
  /** How often the lease is asked for. */
  readonly everyMs: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** `refuse`: where another ledger writes, this one ends. */
  readonly standby: 'wait' | 'refuse';
  /** Told at every turn of the waiting. */
  readonly onWaiting: (standby: Standby) => void;
}

/** Whom a standby waits for. */
export interface Standby {
  /** Undefined where nobody holds the lease, and it is not free yet. */
  readonly writer: AboutHolder | undefined;
  /** What is left of the lease, by the clock of Redis. */
  readonly leftMs: number;
}

/**
 * Waits until this ledger is to write. Without another it is at once; and where the other was of this machine and has ended,
 * too: nobody need wait for the lease of a process that is known to be gone.
 *
 *     asking ── free, over, or its holder has ended ──▶ writer
 *       ▲  └── another holds it ──▶ standby
 *       └────────── a while ───────────┘
 *
 * @throws LedgerError `already_running`, `another_folder`, `stopped`
 */
export async function untilWriter(ports: StandbyPorts): Promise<WriterLease> {
  const { store, clock, log, paths, leaseMs, everyMs, signal, onWaiting } = ports;
  const lease = new WriterLease({ store, clock, log, lengthMs: leaseMs });
  const sameFolder = folderCheck(paths, leaseMs);
  const beganMs = performance.now();
  let instead: string | undefined;
  let told: string | undefined;
  while (!isAborted(signal)) {
    const answer = await ask(ports, lease, instead);
    if (answer?.isMine === true && isAborted(signal)) {
      await lease.give();
      break;
    }
    if (answer?.isMine === true) {
      if (told !== undefined) log.warn('this standby takes over');
      return lease;
    }
    const writer = aboutOf(answer?.about ?? '');
    const state = writer === undefined ? 'unknown' : stateOf(writer);
    if (answer !== undefined && state === 'ended' && instead !== answer.holder) {
      instead = answer.holder;
      continue;
    }
    if (answer !== undefined && writer !== undefined) {
      if (
        ports.standby === 'refuse' &&
        (state === 'alive' || performance.now() - beganMs > leaseMs + everyMs)
      )
        throw alreadyRunning(writer, paths);
      await sameFolder(answer.holder, writer);
    }
    onWaiting({ writer, leftMs: answer?.leftMs ?? 0 });
    const now = answer === undefined ? 'Redis does not answer' : whoIs(writer);
    if (now !== told) log.info({ writer }, `standing by: ${now}`);
    told = now;
    await clock.sleep(everyMs, signal);
  }
  throw new LedgerError('stopped', 'The ledger was stopped while it stood by.');
}

/** Asked anew each time: it may have happened during any wait. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** @returns undefined where Redis cannot be asked: it is asked again */
async function ask(
  { store, log, paths, leaseMs }: StandbyPorts,
  lease: WriterLease,
  instead: string | undefined,
): Promise<LeaseAnswer | undefined> {
  // Where Redis has lost the lease, the folder says whether somebody may be about to take it back.
  const last = await readHolder(paths.lock);
  const soon = last === undefined || stateOf(last) === 'ended';
  const { id: holder, about } = lease;
  try {
    return await store.lease({ action: 'take', holder, about, lengthMs: leaseMs, soon, instead });
  } catch (fault) {
    log.warn({ fault }, 'the lease cannot be asked for; trying again');
    return undefined;
  }
}

/**
 * A standby of another folder would wait for the day when it knows nothing of what was acknowledged. The writer's claim stands
 * in its folder: who does not see it there has another one. Not judged at the first look, for a shared volume may be slow
 * to show what is new.
 */
function folderCheck(paths: LedgerPaths, leaseMs: number) {
  let missing: { readonly holder: string; readonly sinceMs: number } | undefined;
  return async (holder: string, { claim, ...writer }: AboutHolder): Promise<void> => {
    if (claim === null) return;
    try {
      await access(join(paths.terms, claim));
      missing = undefined;
    } catch {
      if (missing?.holder !== holder) missing = { holder, sinceMs: performance.now() };
      if (performance.now() - missing.sinceMs < leaseMs) return;
      const message = `The ledger of this Redis is written elsewhere (${whoIs(writer)}): its claim ${claim} is not in ${paths.terms}.`;
      throw new LedgerError('another_folder', message);
    }
  };
}

const alreadyRunning = (writer: AboutHolder, { root }: LedgerPaths): LedgerError =>
  new LedgerError('already_running', `Process ${writer.pid} already writes this ledger (${root}).`);
