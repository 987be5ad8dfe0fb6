import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  consistencyPath,
  cosignatureTime,
  ed25519Signer,
  formatAddCheckpoint,
  formatCheckpoint,
  formatVerifierKey,
  leafHash,
  noteVerifier,
  openCheckpoint,
  parseNote,
  parseSignatureLine,
  rootOf,
  signNote,
} from '@marketops/proof';
import { nodeCrypto as crypto, generateSigningKey, loadSigningKey } from '@marketops/proof/node';
import { askWitness } from '@marketops/tlog';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningWitness, startWitness } from './start.js';
import { WitnessStore } from './store.js';

const refusedWith = (code: string) => expect.objectContaining({ code });
const origin = 'log.example/acme';
const keyOf = (name: string) => {
  const { privatePem, publicRawBase64 } = generateSigningKey();
  return { name, key: loadSigningKey(privatePem), publicKey: publicRawBase64 };
};
const logKey = keyOf(origin);
const leaves = Array.from({ length: 40 }, (_, index) => leafHash(crypto, `entry ${index}`));
const forkedLeaves = leaves.with(1, leafHash(crypto, 'forged'));
const noteOf = (size: number, of = leaves, key = logKey, name = origin): string =>
  signNote(
    formatCheckpoint({ origin: name, size, root: rootOf(crypto, of.slice(0, size)), extensions: [] }),
    [ed25519Signer(crypto, key)],
  );
const pathOf = (from: number, to: number, of = leaves): string[] =>
  from === 0 ? [] : consistencyPath(crypto, of.slice(0, to), from);

let dir: string;
let witness: RunningWitness;
let refusals: number[];
const start = async (): Promise<void> => {
  witness = await startWitness(join(dir, 'witness.json'), {
    onFault: () => undefined,
    onRefused: (_, { status }) => refusals.push(status),
  });
};
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'marketops-witness-'));
  const logs = [{ origin, keys: [formatVerifierKey(crypto, logKey)] }];
  await writeFile(
    join(dir, 'witness.json'),
    JSON.stringify({ name: 'witness.example/w1', port: 0, data: 'state', logs }),
  );
  refusals = [];
  await start();
});
afterEach(async () => {
  await witness.close();
  await rm(dir, { recursive: true, force: true });
});

const post = (body: string | Uint8Array) => fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body });
const ask = (oldSize: number, size: number, of = leaves) =>
  post(formatAddCheckpoint({ oldSize, path: pathOf(oldSize, size, of), note: noteOf(size, of) }));

describe('L1: add-checkpoint, as c2sp.org/tlog-witness says', () => {
  test('given a log that grows, then each checkpoint is cosigned, and holds with the witness’s key', async () => {
    let last = 0;
    for (const size of [1, 2, 2, 7, 40]) {
      const response = await ask(last, size);
      expect(response.status).toBe(200);
      const line = await response.text();
      expect(line.endsWith('\n')).toBe(true);
      const signature = parseSignatureLine(line.trimEnd());
      const note = signNote(
        parseNote(noteOf(size)).text,
        [],
        [...parseNote(noteOf(size)).signatures, signature],
      );
      const opened = openCheckpoint(note, {
        origin,
        logKeys: [noteVerifier(crypto, formatVerifierKey(crypto, logKey))],
        witnessKeys: [noteVerifier(crypto, witness.verifierKey)],
        witnessesMin: 1,
      });
      expect(opened.cosignatures[0]?.name).toBe('witness.example/w1');
      expect(Math.abs((cosignatureTime(signature.signature) ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
      last = size;
    }
  });

  test('given another size than was signed last, then 409 with that size', async () => {
    for (const [oldSize, size, seen] of [
      [5, 7, 0],
      [0, 7, undefined],
      [0, 9, 7],
      [6, 9, 7],
    ] as const) {
      const response = await ask(oldSize, size);
      if (seen === undefined) {
        expect(response.status).toBe(200);
        continue;
      }
      expect(response.status).toBe(409);
      expect(response.headers.get('content-type')).toBe('text/x.tlog.size');
      expect(await response.text()).toBe(`${seen}\n`);
    }
  });

  test('given a smaller tree than was signed, then it is not signed, whatever is claimed', async () => {
    await ask(0, 20);
    expect((await ask(0, 10)).status).toBe(409);
    expect((await ask(10, 10)).status).toBe(409);
    const rollback = formatAddCheckpoint({ oldSize: 20, path: [], note: noteOf(10) });
    expect((await post(rollback)).status).toBe(400);
  });

  test('given a fork, then 422; of the same size, then 409; and what was signed stays', async () => {
    await ask(0, 7);
    const forged = { oldSize: 7, note: noteOf(20, forkedLeaves) };
    for (const path of [pathOf(7, 20), pathOf(7, 20, forkedLeaves), []])
      expect((await post(formatAddCheckpoint({ ...forged, path }))).status).toBe(422);
    expect((await ask(7, 7, forkedLeaves)).status).toBe(409);
    const unneeded = formatAddCheckpoint({ oldSize: 7, path: pathOf(3, 7), note: noteOf(7) });
    expect((await post(unneeded)).status).toBe(422);
    expect((await ask(7, 20)).status).toBe(200);
    expect(refusals).toEqual([422, 422, 422, 409, 422]);
  });

  test('given a proof from nothing that is not empty, then 422', async () => {
    const request = formatAddCheckpoint({ oldSize: 0, path: pathOf(3, 7), note: noteOf(7) });
    expect((await post(request)).status).toBe(422);
  });

  test('given an unknown log, then 404; a known one by another key, then 403', async () => {
    const stranger = keyOf('other.example');
    const unknown = noteOf(3, leaves, stranger, 'other.example');
    expect((await post(formatAddCheckpoint({ oldSize: 0, path: [], note: unknown }))).status).toBe(404);
    const forged = noteOf(3, leaves, keyOf(origin));
    expect((await post(formatAddCheckpoint({ oldSize: 0, path: [], note: forged }))).status).toBe(403);
    const broken = noteOf(3).replace(/.{8}=?=?\n$/, 'AAAAAAA=\n');
    expect([400, 403]).toContain((await post(`old 0\n\n${broken}`)).status);
  });

  test.each([
    ['nothing', ''],
    ['no old size', `\n\n${noteOf(3)}`],
    ['an old size with a zero before it', `old 03\n\n${noteOf(3)}`],
    ['64 hashes', `old 2\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n${noteOf(3)}`],
    ['a hash that is none', `old 2\nxyz\n\n${noteOf(3)}`],
    ['no checkpoint', 'old 0\n\n'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x0a])],
  ])('given a request with %s, then 400', async (_, body) => {
    expect((await post(body)).status).toBe(400);
  });

  test('given another method, another path or too much, then it is refused', async () => {
    expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(`${witness.url}/`, { method: 'POST', body: 'x' })).status).toBe(404);
    expect((await post('x'.repeat(300_000))).status).toBe(413);
  });

  test('given any one character of a good request changed, then nothing new is signed', async () => {
    await ask(0, 7);
    const good = formatAddCheckpoint({ oldSize: 7, path: pathOf(7, 9), note: noteOf(9) });
    for (let at = 0; at < good.length; at += 3) {
      const changed = `${good.slice(0, at)}${good[at] === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`;
      expect((await post(changed)).status, `${at}`).not.toBe(200);
    }
    expect((await post(good)).status).toBe(200);
  });
});

describe('L1: what a witness remembers', () => {
  test('given a restart, then it goes on from what it signed, with the same key', async () => {
    await ask(0, 20);
    const { verifierKey } = witness;
    await witness.close();
    await start();
    expect(witness.verifierKey).toBe(verifierKey);
    expect(await (await ask(0, 30)).text()).toBe('20\n');
    expect((await ask(20, 30)).status).toBe(200);
  });

  test('given two forks at the same moment, then at most one of them is signed', async () => {
    await ask(0, 3);
    const forks = Array.from({ length: 12 }, (_, index) => [
      ...leaves.slice(0, 3),
      ...leaves.slice(3, 20).map((leaf) => leafHash(crypto, `${leaf}${index}`)),
    ]);
    const statuses = await Promise.all(forks.map(async (fork) => (await ask(3, 20, fork)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
  });

  test('given two stores over one folder, as two processes would have, then one of them moves on', async () => {
    const [one, two] = [
      new WitnessStore(join(dir, 'state'), crypto),
      new WitnessStore(join(dir, 'state'), crypto),
    ];
    const moved = await Promise.all([one.advance(origin, 0, noteOf(1)), two.advance(origin, 0, noteOf(2))]);
    expect(moved.filter(Boolean)).toHaveLength(1);
    const { generation = 0 } = (await two.latest(origin)) ?? {};
    expect(await one.advance(origin, generation, noteOf(5))).toBe(true);
    expect(await one.advance(origin, generation + 1, noteOf(6))).toBe(true);
    // One that still knows the first generation, which is gone by now.
    expect(await two.advance(origin, generation, noteOf(7))).toBe(false);
    expect((await two.latest(origin))?.checkpoint.size).toBe(6);
  });

  test('given a memory that was changed, or a key that is gone, then it does not sign', async () => {
    await ask(0, 3);
    const folder = join(dir, 'state/logs', crypto.sha256Hex(origin));
    const [file = ''] = await readdir(folder);
    const kept = await readFile(join(folder, file));
    await writeFile(join(folder, file), 'nothing\n');
    expect((await ask(0, 5)).status).toBe(503);
    await witness.close();
    await expect(start()).rejects.toThrowError(refusedWith('witness_state_invalid'));
    await writeFile(join(folder, file), kept);
    const pem = await readFile(join(dir, 'state/key.pem'));
    await rm(join(dir, 'state/key.pem'));
    await expect(start()).rejects.toThrowError(refusedWith('witness_key_invalid'));
    await writeFile(join(dir, 'state/key.pem'), pem);
    await chmod(join(dir, 'state/key.pem'), 0o644);
    await expect(start()).rejects.toThrowError(refusedWith('witness_key_invalid'));
    await chmod(join(dir, 'state/key.pem'), 0o600);
    await start();
    expect((await ask(3, 5)).status).toBe(200);
  });

  test.each([{ name: 'a b' }, { port: -1 }, { logs: [] }, { other: 1 }])(
    'given a file with %j, then it is refused',
    async (fault) => {
      const path = join(dir, 'other.json');
      const config = JSON.parse(await readFile(join(dir, 'witness.json'), 'utf8')) as object;
      await writeFile(path, JSON.stringify({ ...config, ...fault }));
      const told = { onFault: () => undefined, onRefused: () => undefined };
      await expect(startWitness(path, told)).rejects.toThrowError(refusedWith('witness_config_invalid'));
    },
  );
});

describe('asking a witness', () => {
  const toCosign = (size: number, of = leaves) => ({
    note: noteOf(size, of),
    size,
    proofFrom: (oldSize: number) => Promise.resolve(pathOf(oldSize, size, of)),
  });
  const whom = () => ({ url: witness.url, verifier: noteVerifier(crypto, witness.verifierKey) });
  const soon = { lastSize: 0, timeoutMs: 5_000 };

  test('given what it signed last is not known, then it is asked twice and signs', async () => {
    await askWitness(whom(), toCosign(7), soon);
    const signature = await askWitness(whom(), toCosign(20), soon);
    expect(signature.name).toBe('witness.example/w1');
  });

  test('given a fork, a rollback, another key or nobody there, then it fails as the witness’s', async () => {
    await askWitness(whom(), toCosign(20), soon);
    const failing = refusedWith('witness_failed');
    await expect(askWitness(whom(), toCosign(30, forkedLeaves), soon)).rejects.toThrowError(failing);
    await expect(askWitness(whom(), toCosign(7), soon)).rejects.toThrowError(failing);
    const other = noteVerifier(crypto, formatVerifierKey(crypto, keyOf('witness.example/w1'), 4));
    await expect(
      askWitness({ ...whom(), verifier: other }, toCosign(30), { ...soon, lastSize: 20 }),
    ).rejects.toThrowError(failing);
    const nobody = { ...whom(), url: 'http://127.0.0.1:1' };
    await expect(askWitness(nobody, toCosign(30), soon)).rejects.toThrowError(failing);
  });
});
