import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CryptoPort, VerifyingKey } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { webCrypto } from '@marketops/proof/web';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JournalErrorCode, lawByVerdict } from '../journal/errors.js';
import { logInFolder } from '../node.js';
import { JournalMaker } from '../testing/journal-maker.js';
import { createKeys, keyringOf, testKey } from '../testing/keys.js';
import { operation, wholeRun } from '../testing/story.js';
import { checkpointOf, entriesOf, logOf, tilesOf } from '../testing/tiles-maker.js';
import { logOverHttp } from './http.js';
import { type TilesReport, verifyTiles } from './verify.js';

const logKey = testKey('ledger-checkpoint-1', 'checkpoint', 'ledger');
const keys = createKeys();
const ring = keyringOf(keys);
const keyring = { ...ring, keys: [...ring.keys, logKey.listed] };

/** 560 entries: two full bundles and a partial one, a full tile of level 0, a partial one of level 1. */
const large = new JournalMaker(keys);
for (let run = 1; run <= 70; run += 1) wholeRun(large, run);
large.commit();
const entries = entriesOf(large);
const files = tilesOf(entries, logKey);

const verify = (given: ReadonlyMap<string, Uint8Array>, seen = {}): Promise<TilesReport> =>
  verifyTiles({ log: logOf(given), keyring, crypto: nodeCrypto, seen });
const withFile = (path: string, bytes: Uint8Array | undefined): Map<string, Uint8Array> => {
  const changed = new Map(files);
  if (bytes === undefined) changed.delete(path);
  else changed.set(path, bytes);
  return changed;
};
const flipped = (path: string, at: number): Uint8Array => {
  const bytes = Uint8Array.from(files.get(path) ?? []);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
};
const made = new Set<string>();
async function expectVerdict(
  report: Promise<TilesReport>,
  code: JournalErrorCode,
  file?: string,
): Promise<void> {
  const { ok, fault } = await report;
  made.add(code);
  expect({ ok, fault }).toMatchObject({
    ok: false,
    fault: { code, law: 'L1', ...(file === undefined ? {} : { file }) },
  });
}

describe('L1: a tiled log', () => {
  test('holds as it was made, in Node and under the port for browsers, and against what was seen', async () => {
    const seen = { points: [large.point] };
    expect(files.size).toBe(1 + 3 + 3 + 1);
    for (const crypto of [nodeCrypto, webCrypto])
      expect(await verifyTiles({ log: logOf(files), keyring, crypto, seen })).toMatchObject({
        ok: true,
        ...{ size: 560, entries: 560, lastHash: large.hash },
      });
    expect(await verify(tilesOf([], logKey))).toMatchObject({ ok: true, size: 0, entries: 0 });
  });

  test('whose partial tiles went when the full ones came holds for an older checkpoint, too', async () => {
    const older = withFile('checkpoint', Buffer.from(checkpointOf(entries.slice(0, 300), logKey)));
    expect(await verify(older)).toMatchObject({ ok: false, fault: { code: 'tiles_incomplete' } });
    // Only what lies below it is asked for: two full tiles stand for the first 512 entries, at no partial path.
    older.set('checkpoint', Buffer.from(checkpointOf(entries.slice(0, 500), logKey)));
    older.set('tile/1/000.p/1', (files.get('tile/1/000.p/2') ?? new Uint8Array()).subarray(0, 32));
    expect(await verify(older)).toMatchObject({ ok: true, size: 500 });
  });

  test('is refused where its checkpoint is gone, a stranger’s, another log’s, or of a revoked key', async () => {
    await expectVerdict(verify(withFile('checkpoint', undefined)), 'tiles_incomplete', 'checkpoint');
    const stranger = Buffer.from(checkpointOf(entries, testKey('x', 'checkpoint', 'ledger')));
    await expectVerdict(verify(withFile('checkpoint', stranger)), 'tiles_unsigned');
    const other = Buffer.from(checkpointOf(entries, logKey, 'another/log'));
    await expectVerdict(verify(withFile('checkpoint', other)), 'tiles_unsigned');
    const listed = { ...logKey.listed, revoked_at: '2026-04-01T00:00:00.000Z' };
    const revoked = { ...ring, keys: [...ring.keys, listed] };
    await expectVerdict(
      verifyTiles({ log: logOf(files), keyring: revoked, crypto: nodeCrypto }),
      'tiles_unsigned',
    );
  });

  test('is refused where a byte of its checkpoint is not what was written, though it decodes to the same', async () => {
    const note = checkpointOf(entries, logKey);
    await expectVerdict(verify(withFile('checkpoint', Buffer.from(`\ufeff${note}`))), 'tiles_unsigned');
    const foreign = Buffer.from(`${note}\u2014 x ${Buffer.alloc(68, 1).toString('base64')}\n`);
    foreign[foreign.indexOf(' x ') + 1] = 0xff;
    await expectVerdict(verify(withFile('checkpoint', foreign)), 'tiles_unsigned');
  });

  test('is refused where an entry was changed, reordered or cut, and where a tile is not what entries yield', async () => {
    const bundle = 'tile/entries/001';
    await expectVerdict(verify(withFile(bundle, flipped(bundle, 500))), 'entry_changed', bundle);
    await expectVerdict(verify(withFile(bundle, files.get('tile/entries/000'))), 'entry_changed', bundle);
    await expectVerdict(verify(withFile(bundle, undefined)), 'tiles_incomplete', bundle);
    await expectVerdict(
      verify(withFile(bundle, files.get(bundle)?.subarray(0, -1))),
      'tiles_malformed',
      bundle,
    );
    for (const path of ['tile/0/000', 'tile/0/002.p/48', 'tile/1/000.p/2']) {
      await expectVerdict(verify(withFile(path, flipped(path, 40))), 'tiles_mismatch', path);
      await expectVerdict(verify(withFile(path, files.get(path)?.subarray(0, -1))), 'tiles_mismatch', path);
      await expectVerdict(verify(withFile(path, undefined)), 'tiles_incomplete', path);
    }
  });

  test('that the log’s own key signed over other entries than it holds is refused', async () => {
    const wrong = Buffer.from(checkpointOf([...entries.slice(0, -1), 'something else'], logKey));
    await expectVerdict(verify(withFile('checkpoint', wrong)), 'tiles_mismatch', 'checkpoint');
  });

  test('cut, rewritten or forked with its own keys shows against what was seen', async () => {
    const points = [large.point];
    await expectVerdict(verify(tilesOf(entries.slice(0, 400), logKey), { points }), 'tail_cut');
    const other = new JournalMaker(keys);
    for (let run = 101; run <= 170; run += 1) wholeRun(other, run);
    other.commit();
    await expectVerdict(verify(tilesOf(entriesOf(other), logKey), { points }), 'history_rewritten');
  });
});

test('L1: every byte of a small tiled log, changed in three ways, is caught, and called what it is', async () => {
  const maker = new JournalMaker(keys);
  const the = operation(maker, 1);
  maker.say('planner', the.stream, [the.planned(), the.skipped()]);
  maker.commit();
  const small = tilesOf(entriesOf(maker), logKey);
  const answered = new Map<string, boolean>();
  const importedKeys = new Map<string, VerifyingKey>();
  // The port, which remembers what it has answered.
  const crypto: CryptoPort = {
    ...nodeCrypto,
    importPublicKey(raw) {
      const key = importedKeys.get(raw) ?? nodeCrypto.importPublicKey(raw);
      importedKeys.set(raw, key);
      return key;
    },
    verify(key, data, signature) {
      const question = `${Buffer.from(signature).toString('hex')} ${nodeCrypto.sha256Hex(data)}`;
      const answer = answered.get(question) ?? nodeCrypto.verify(key, data, signature);
      answered.set(question, answer);
      return answer;
    },
  };
  const verdicts: Readonly<Record<string, ReadonlySet<JournalErrorCode>>> = {
    checkpoint: new Set(['tiles_unsigned']),
    // That the last entry names its statement truly, only the root can tell: no entry follows that names its hash.
    'tile/entries/000.p/2': new Set(['entry_changed', 'tiles_malformed', 'tiles_mismatch']),
    'tile/0/000.p/2': new Set(['tiles_mismatch']),
  };
  const missed: string[] = [];
  for (const [path, bytes] of small) {
    for (let at = 0; at < bytes.length; at += 1) {
      const changes = [
        Buffer.concat([bytes.subarray(0, at), Uint8Array.of((bytes[at] ?? 0) ^ 1), bytes.subarray(at + 1)]),
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
        Buffer.concat([bytes.subarray(0, at), Uint8Array.of(bytes[at] ?? 0), bytes.subarray(at)]),
      ];
      for (const [how, changed] of changes.entries()) {
        if (changed.equals(bytes)) continue;
        const log = logOf(new Map([...small, [path, changed]]));
        const { fault } = await verifyTiles({ log, keyring, crypto });
        if (fault === undefined || verdicts[path]?.has(fault.code) !== true)
          missed.push(`${path} byte ${at}, change ${how}: ${JSON.stringify(fault ?? 'no fault')}`);
      }
    }
  }
  expect([...small.keys()].sort()).toEqual(Object.keys(verdicts).sort());
  expect(missed.slice(0, 10)).toEqual([]);
}, 120_000);

test('every verdict on tiles there is has been made on purpose', () => {
  const all = Object.keys(lawByVerdict).filter((code) => code.startsWith('tiles_'));
  expect(all.filter((code) => !made.has(code))).toEqual([]);
});

describe('from where it lies', () => {
  let folder: string;
  let server: Server;
  let answers: 'as they are' | 'endless' | 'broken' | 'redirected' = 'as they are';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'marketops-tiles-'));
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    server = createServer((request, response) => {
      if (answers === 'broken') return void response.writeHead(500).end();
      if (answers === 'redirected') return void response.writeHead(302, { location: '/checkpoint' }).end();
      if (answers === 'endless') {
        const more = (): void => {
          while (response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        return more();
      }
      const bytes = files.get((request.url ?? '').slice('/log/'.length));
      return void response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const overHttp = () => logOverHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/log`);

  test('a folder and a server give the same report', async () => {
    for (const log of [logInFolder(folder), overHttp()])
      expect(await verifyTiles({ log, keyring, crypto: nodeCrypto })).toMatchObject({
        ok: true,
        entries: 560,
      });
  });

  test('a folder or server that cannot be read is no verdict, and an endless answer is not read', async () => {
    for (const how of ['endless', 'broken', 'redirected'] as const) {
      answers = how;
      const report = await verifyTiles({ log: overHttp(), keyring, crypto: nodeCrypto });
      expect(report).toMatchObject({ ok: false, fault: { code: 'tiles_unreadable', law: null } });
    }
    await mkdir(join(folder, 'odd', 'checkpoint'), { recursive: true });
    const odd = await verifyTiles({ log: logInFolder(join(folder, 'odd')), keyring, crypto: nodeCrypto });
    expect(odd).toMatchObject({ ok: false, fault: { code: 'tiles_unreadable' } });
    expect(() => logOverHttp('https://user:secret@log.test/')).toThrowError(
      expect.objectContaining({ code: 'tiles_unreadable' }),
    );
  });
});
