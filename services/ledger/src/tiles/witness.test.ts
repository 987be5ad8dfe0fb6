import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { formatVerifierKey, noteVerifier } from '@marketops/proof';
import { nodeCrypto as crypto } from '@marketops/proof/node';
import { folderPlace, openLog } from '@marketops/tlog';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLedger } from '../start.js';
import { createWorld, testRunId, type World } from '../testing/world.js';

const program = fileURLToPath(new URL('../../../witness/dist/main.js', import.meta.url));
let dir: string;
let children: ChildProcess[];
let worlds: World[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'marketops-cosigned-'));
  children = [];
  worlds = [];
});
afterEach(async () => {
  for (const child of children) await kill(child);
  for (const world of worlds) await world.close();
  await rm(dir, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Listening {
  readonly url: string;
  readonly verifier_key: string;
}

/** A witness as it runs elsewhere: a process of its own, that knows one log. */
async function startWitness(port: number, origin: string, key: string): Promise<[ChildProcess, Listening]> {
  const config = { name: 'witness.test/w1', port, data: 'state', logs: [{ origin, keys: [key] }] };
  await writeFile(join(dir, 'witness.json'), JSON.stringify(config));
  const child = spawn(process.execPath, [program, join(dir, 'witness.json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return [child, JSON.parse(line) as Listening];
}

const checkpointKey = ({ loaded }: World): string => {
  const { log_origin: name, keys } = loaded.keyring;
  const publicKey = keys.find(({ purpose }) => purpose === 'checkpoint')?.public_key ?? '';
  return formatVerifierKey(crypto, { name, publicKey });
};

test('L1: given a witness in a process of its own, then checkpoints carry its signature; without it they are published, and a fork never gets one', async () => {
  const port = await freePort();
  const first = await createWorld();
  worlds.push(first);
  const origin = first.loaded.keyring.log_origin;
  const key = checkpointKey(first);
  const [child, { url, verifier_key: witnessKey }] = await startWitness(port, origin, key);
  const witnesses = [{ url, key: witnessKey }];

  const begin = async (more: object) => {
    const world = await createWorld({
      config: { ledger: { tiles: { witnesses, witness_timeout_ms: 10_000 } } },
      ...more,
    });
    worlds.push(world);
    const ledger = await startLedger(world.engine(), { tuning: { blockMs: 20 } });
    await ledger.settledThrough(1);
    let entries = 1;
    return {
      world,
      ledger,
      async grow(): Promise<number> {
        await world.appendBlocked(testRunId(1), 'a', entries - 1);
        entries += 1;
        await ledger.settledThrough(entries);
        await ledger.tiles.project();
        const opened = await openLog(crypto, folderPlace(world.paths.tiles), {
          origin,
          logKeys: [noteVerifier(crypto, key)],
          witnessKeys: [noteVerifier(crypto, witnessKey)],
        });
        expect(opened.checkpoint.size).toBe(entries);
        return opened.cosignatures.length;
      },
    };
  };
  const log = await begin({ keysOf: first });
  expect(await log.grow()).toBe(1);
  expect(await log.grow()).toBe(1);

  // Killed, and started over what it remembered.
  await kill(child);
  expect(await log.grow()).toBe(0);
  await startWitness(port, origin, key);
  expect(await log.grow()).toBe(1);
  await log.ledger.stop();

  // Another history by the same keys, as whoever stole all of them could write it: larger than the one that was seen.
  const fork = await begin({ keysOf: first });
  for (let each = 0; each < 6; each += 1) expect(await fork.grow()).toBe(0);
  await fork.ledger.stop();
});
