import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  consistencyPath,
  ed25519Signer,
  formatAddCheckpoint,
  formatCheckpoint,
  formatVerifierKey,
  leafHash,
  rootOf,
  signNote,
} from '@marketops/proof';
import { nodeCrypto as crypto, generateSigningKey, loadSigningKey } from '@marketops/proof/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningWitness, startWitness } from './start.js';

const origin = 'log.example/acme';
const { privatePem, publicRawBase64 } = generateSigningKey();
const logKey = { name: origin, key: loadSigningKey(privatePem), publicKey: publicRawBase64 };
const leaves = Array.from({ length: 20 }, (_, index) => leafHash(crypto, `entry ${index}`));
const forkedLeaves = leaves.with(1, leafHash(crypto, 'forged'));

let dir: string;
let witness: RunningWitness;
let faults: unknown[];
let refusals: number[];
let sockets: Socket[];
const start = async (isNew = false): Promise<void> => {
  witness = await startWitness(join(dir, 'witness.json'), {
    isNew,
    onFault: (fault) => faults.push(fault),
    onRefused: (_, { status }) => refusals.push(status),
  });
};
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'marketops-witness-'));
  const logs = [{ origin, keys: [formatVerifierKey(crypto, logKey)] }];
  const config = { name: 'witness.example/w1', port: 0, data: 'state', logs };
  await writeFile(join(dir, 'witness.json'), JSON.stringify(config));
  [faults, refusals, sockets] = [[], [], []];
  await start();
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await witness.close();
  await rm(dir, { recursive: true, force: true });
});

async function ask(oldSize: number, size: number, of = leaves): Promise<number> {
  const text = formatCheckpoint({ origin, size, root: rootOf(crypto, of.slice(0, size)), extensions: [] });
  const path = oldSize === 0 ? [] : consistencyPath(crypto, of.slice(0, size), oldSize);
  const body = formatAddCheckpoint({ oldSize, path, note: signNote(text, [ed25519Signer(crypto, logKey)]) });
  return (await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body })).status;
}
const folder = () => join(dir, 'state/logs', crypto.sha256Hex(origin));
const refusedWith = (code: string) => expect.objectContaining({ code });

test('L1: given a memory that is removed, or put back to an older one, while it runs, then it signs no fork', async () => {
  expect(await ask(0, 7)).toBe(200);
  const [older = ''] = await readdir(folder());
  const remembered = await readFile(join(folder(), older));
  expect(await ask(7, 10)).toBe(200);
  await rm(join(dir, 'state/logs'), { recursive: true });
  expect(await ask(0, 10, forkedLeaves)).toBe(503);
  await mkdir(folder(), { recursive: true });
  await writeFile(join(folder(), older), remembered);
  expect(await ask(7, 10, forkedLeaves)).toBe(503);
  expect(await ask(7, 11)).toBe(503);
  expect(faults).toHaveLength(3);
  for (const fault of faults) expect(fault).toMatchObject({ code: 'witness_state_invalid' });
});

test('L1: given a key and no memory, then it does not start, unless somebody says that it is new', async () => {
  expect(await ask(0, 7)).toBe(200);
  await witness.close();
  await rm(join(dir, 'state/logs'), { recursive: true });
  await expect(start()).rejects.toThrowError(refusedWith('witness_state_invalid'));
  await start(true);
  await witness.close();
  await start();
  expect(await ask(0, 7)).toBe(200);
});

test('given drafts that a killed process left, then they are removed at the start, and those under way are not', async () => {
  expect(await ask(0, 7)).toBe(200);
  await witness.close();
  const [left, fresh] = ['0000000000000002.1-aa.draft', '0000000000000002.2-bb.draft'];
  for (const name of [left, fresh]) await writeFile(join(folder(), name), 'half');
  await utimes(join(folder(), left), new Date(0), new Date(0));
  await start();
  expect((await readdir(folder())).filter((name) => name.endsWith('.draft'))).toEqual([fresh]);
});

test('given who only knows an older size, then that is not told as a refusal; another root of the size is', async () => {
  expect(await ask(0, 7)).toBe(200);
  expect(await ask(0, 9)).toBe(409);
  expect(await ask(3, 9)).toBe(409);
  expect(refusals).toEqual([]);
  expect(await ask(7, 7, forkedLeaves)).toBe(409);
  expect(refusals).toEqual([409]);
});

test('given more connections from one address than it may have, then the rest are closed at once', async () => {
  const { hostname, port } = new URL(witness.url);
  const open = async (): Promise<Socket> => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const idle = await Promise.all(Array.from({ length: 64 }, open));
  const tooMany = await open();
  tooMany.resume();
  await once(tooMany, 'close');
  expect(idle.filter((socket) => socket.destroyed)).toEqual([]);
  const [first] = idle;
  first?.resume();
  first?.end();
  if (first !== undefined) await once(first, 'close');
  expect(await ask(0, 7)).toBe(200);
});
