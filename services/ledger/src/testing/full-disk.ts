import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { operationStream, roomScope } from '@marketops/contracts';
import { type EventStore, openRedisStore } from '@marketops/store';
import { verifyJournal } from '@marketops/verifier/node';
import { startLedger } from '../start.js';
import { spawnLedger } from './spawn-ledger.js';
import { createWorld, testRunId, type World } from './world.js';

/*
 * A program: a ledger on a disk that is really full, again and again. `full-disk.test.ts` runs it where a small disk has been
 * mounted for it alone; the folder for temporary files is on that disk. Prints one line of JSON per round.
 */

interface Round {
  readonly what: string;
  /** Of the ledger that met the full disk; 0 where it had room for all of it. */
  readonly exit: number | null;
  /** Streams that its word stood on, and those in its journal, as it left them. */
  readonly acknowledged: number;
  readonly journaled: number;
  readonly fault: string | null;
  /** Streams there were: all of them are in the journal after the next start, with room again. */
  readonly expected: number;
  readonly verifies: boolean;
}

const disk = process.env['TMPDIR'] ?? '';
const filler = join(disk, 'filler');
let runs = 0;

function leave(bytes: number): void {
  rmSync(filler, { force: true });
  const { bavail, bsize } = statfsSync(disk);
  const chunk = Buffer.alloc(bsize);
  const file = openSync(filler, 'w');
  try {
    for (let left = Math.max(0, bavail * bsize - bytes); left >= bsize; left -= bsize) writeSync(file, chunk);
  } catch {
    // Full, which is what was asked for.
  } finally {
    closeSync(file);
  }
}

/** How much of what was appended the ledger has given its word on. */
async function acknowledged(store: EventStore, streams: readonly string[]): Promise<number> {
  const words = await store.readAcknowledgements(streams);
  return words.filter((word) => word !== null).length;
}

/** Appends until the ledger has ended, or has taken all of it. */
async function pump(world: World, child: ChildProcess, streams: string[]): Promise<void> {
  const first = streams.length;
  for (let at = 0; at < 300 && child.exitCode === null; at += 1) {
    runs += 1;
    await world.appendBlocked(testRunId(runs), 'a', 0, 4);
    streams.push(operationStream(testRunId(runs), 'a'));
  }
  while (
    child.exitCode === null &&
    (await acknowledged(world.store, streams.slice(first))) < streams.length - first
  )
    await new Promise(setImmediate);
}

const ended = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
};

async function full(redisUrl: string): Promise<void> {
  const store = openRedisStore(redisUrl);
  const journal = { file_bytes_max: 400_000 };
  const world = await createWorld({
    store,
    config: { ledger: { journal, room: { reserve_bytes: 0, floor_bytes: 0 } } },
  });
  const options = { dir: world.paths.journal, keyring: world.loaded.keyring };
  const streams: string[] = [];
  for (const kib of [0, 4, 16, 40, 100, 200, 300, 600]) {
    const first = spawnLedger(world.loaded.configPath, redisUrl);
    await first.ready;
    leave(kib * 1_024);
    await pump(world, first.child, streams);
    first.child.kill('SIGTERM');
    const exit = await ended(first.child);
    const told = await acknowledged(store, streams);
    const { fault, streams: found } = await verifyJournal(options);
    rmSync(filler, { force: true });
    const second = spawnLedger(world.loaded.configPath, redisUrl);
    await second.ready;
    while ((await acknowledged(store, streams)) < streams.length) await new Promise(setImmediate);
    second.child.kill('SIGTERM');
    await ended(second.child);
    const whole = await verifyJournal(options);
    const round: Round = {
      ...{
        what: `${kib} KiB left`,
        exit,
        acknowledged: told,
        journaled: found - 1,
        fault: fault?.code ?? null,
      },
      ...{ expected: streams.length, verifies: whole.ok && whole.streams === streams.length + 1 },
    };
    process.stdout.write(`${JSON.stringify(round)}\n`);
  }
  await store.close();
  await world.close();
}

/** By what the disk says, nothing injected. */
async function short(): Promise<void> {
  const room = { reserve_bytes: 4_194_304, floor_bytes: 2_097_152, check_every_ms: 50 };
  const world = await createWorld({ config: { ledger: { room } } });
  const engine = world.engine();
  const ledger = await startLedger(engine, { tuning: { blockMs: 10, retryMs: 20 } });
  await ledger.settledThrough(1);
  const stream = operationStream(testRunId(900), 'a');
  const states: unknown[] = [];
  for (const mebibytes of [6, 3, 1, 3, 6]) {
    leave(mebibytes * 1_048_576);
    await engine.tick('room');
    const [control] = await world.store.readControl([0]);
    const isFrozen = control?.frozen.has(roomScope) === true;
    const health = engine.probe('room') as { state: string };
    states.push([mebibytes, isFrozen, health.state]);
  }
  await world.appendBlocked(testRunId(900), 'a', 0);
  await ledger.settledThrough(4);
  await ledger.stop();
  const report = await verifyJournal({ dir: world.paths.journal, keyring: world.loaded.keyring });
  process.stdout.write(`${JSON.stringify({ states, stream, events: report.events, ok: report.ok })}\n`);
  await world.close();
}

await (process.argv[2] === 'short' ? short() : full(process.env['REDIS_URL'] ?? ''));
