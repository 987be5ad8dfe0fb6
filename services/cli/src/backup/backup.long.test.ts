import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { initialize, loadConfig } from '@marketops/engine';
import { verifyJournal } from '@marketops/verifier/node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exampleConfig } from '../config-text.js';
import { startSystem } from '../processes/system.js';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';
import { blobNames, blobPath } from './copy-blobs.js';
import { type BackupOptions, makeBackup } from './make-backup.js';
import { readManifest, writeManifest } from './manifest.js';
import { restoreBackup } from './restore-backup.js';
import { verifyBackup } from './verify-backup.js';

const folder = temporaryFolders();
const plain: BackupOptions = { withKeys: false, withBlobKeys: false, dropErased: false };
let dir: string;
/** What a backup of the running system was, in the middle of its life. */
let early: string;

const planText = (tag: string) => `tenant_id: acme
repository: acme/widgets
operations:
  - id: release
    kind: publish_release
    tag_name: ${tag}
    target: main
    release_name: ${tag}
    body: ${'long '.repeat(3_000)}
`;

/** A whole system with two dry runs, one before its first backup and one after it; then it stops. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'marketops-backup-'));
  early = mkdtempSync(join(tmpdir(), 'marketops-backup-'));
  const system = await startSystem({ dir, restartCrashed: false, allowNonDurableRedis: true });
  try {
    for (const tag of ['v1', 'v2']) {
      writeFileSync(join(dir, `${tag}.yml`), planText(tag));
      await runCommand(['submit', `${tag}.yml`, '--idempotency-key', tag, '--wait'], { cwd: dir });
      if (tag === 'v1') {
        const { code, stdout } = await runCommand(['backup', early, '--json'], { cwd: dir });
        expect([code, JSON.parse(stdout)]).toMatchObject([0, { with_keys: false }]);
      }
    }
    // What is signed later covers more than the first backup holds.
    const last = (await readManifest(early))?.last_sequence ?? 0;
    const signed = join(dir, '.marketops', 'ledger', 'signed', 'checkpoint');
    await vi.waitUntil(() => Number(readFileSync(signed, 'utf8').split('\n')[1]) > last, { timeout: 10_000 });
  } finally {
    await system.stop();
  }
}, 120_000);
afterAll(() => {
  for (const one of [dir, early]) rmSync(one, { recursive: true, force: true });
});

/** A copy of the system's folder, to be changed. */
const system = () => {
  const to = folder();
  cpSync(dir, to, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  return loadConfig(join(to, 'marketops.yml'), {});
};
const copyOf = (from: string) => {
  const to = folder();
  cpSync(from, to, { recursive: true });
  return to;
};
const stateOf = (to: string) => join(to, readdirSync(to).find((name) => name.startsWith('state-')) ?? '');
const journalIn = (data: string) => join(data, 'ledger', 'journal');
const newestIn = (data: string) => join(journalIn(data), readdirSync(journalIn(data)).sort().at(-1) ?? '');
const target = () => {
  const root = folder();
  return { configPath: join(root, 'marketops.yml'), dataDir: join(root, '.marketops') };
};
const fault = (working: Promise<unknown>) => expect(working).rejects;

describe('a backup', () => {
  it('L2: made while everything ran holds, up to a commit, and grows into the next by what is new alone', async () => {
    const { manifest } = await verifyBackup(early);
    expect(manifest.journal).toHaveLength(1);
    const to = copyOf(early);
    const done = await makeBackup(system(), to, plain);
    expect(done.manifest.last_sequence).toBeGreaterThan(manifest.last_sequence);
    expect(done.copied.blobs).toBeGreaterThan(0);
    expect(done.manifest.checkpoint).toContain(loadConfig(join(dir, 'marketops.yml'), {}).keyring.log_origin);
    const again = await makeBackup(system(), to, plain);
    expect([again.copied.blobs, again.manifest.last_hash]).toEqual([0, done.manifest.last_hash]);
  });

  it('X3: holds no secret but when asked, those for their owner alone, and drops them when it is made without', async () => {
    const [to, loaded] = [folder(), system()];
    mkdirSync(join(loaded.dataDir, 'blob-keys'));
    writeFileSync(join(loaded.dataDir, 'blob-keys', 'one'), 'key');
    await makeBackup(loaded, to, plain);
    const secrets = () =>
      ['keys', 'blob-keys', 'redis-users.acl'].filter((name) => existsSync(join(stateOf(to), 'data', name)));
    expect(secrets()).toEqual([]);
    await makeBackup(loaded, to, { ...plain, withKeys: true, withBlobKeys: true });
    expect(secrets()).toContain('keys');
    const key = join(stateOf(to), 'data', 'keys', 'federation', 'mint.json');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    await makeBackup(loaded, to, plain);
    expect(secrets()).toEqual([]);
  });

  it('is made by one at a time, whoever was killed; neither takes anything from what stands', async () => {
    const [to, loaded] = [folder(), system()];
    await makeBackup(loaded, to, plain);
    const both = await Promise.allSettled([makeBackup(loaded, to, plain), makeBackup(loaded, to, plain)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'backup_refused' }),
    });
    await verifyBackup(to);
    const lock = join(to, 'backup.lock');
    const ended = spawnSync(process.execPath, ['--version']).pid;
    writeFileSync(lock, JSON.stringify({ host: hostname(), pid: ended }));
    await makeBackup(loaded, to, plain);
    const minuteAgo = Date.now() / 1_000 - 61;
    writeFileSync(lock, JSON.stringify({ host: 'elsewhere', pid: 1 }));
    await fault(makeBackup(loaded, to, plain)).toMatchObject({ code: 'backup_refused' });
    utimesSync(lock, minuteAgo, minuteAgo);
    await makeBackup(loaded, to, plain);
    expect(readdirSync(to).sort()).toEqual(['data', 'manifest.json', expect.stringMatching(/^state-/)]);
  });

  it('holds the policies wherever they lie, behind links too, and puts them where they are looked for', async () => {
    const loaded = system();
    const [real, to, place] = [folder(), folder(), target()];
    cpSync(join(loaded.root, 'policies'), real, { recursive: true });
    mkdirSync(join(loaded.root, 'cedar'));
    for (const name of readdirSync(real)) symlinkSync(join(real, name), join(loaded.root, 'cedar', name));
    const config = readFileSync(loaded.configPath, 'utf8').replace(/^policies:.*$/m, '');
    const put = (policies: string) => {
      writeFileSync(join(real, 'marketops.yml'), `policies: ${policies}\n${config}`);
      rmSync(loaded.configPath);
      symlinkSync(join(real, 'marketops.yml'), loaded.configPath);
      return loadConfig(loaded.configPath, {});
    };
    for (const policies of ['cedar', join(loaded.root, 'cedar')]) await makeBackup(put(policies), to, plain);
    await restoreBackup(to, place);
    expect(readdirSync(join(place.configPath, '..', 'cedar'))).toContain('repositories.cedar');
    await makeBackup(put(real), to, plain);
    const elsewhere = target();
    await restoreBackup(to, elsewhere);
    expect(readdirSync(join(elsewhere.configPath, '..', 'policies'))).toContain('repositories.cedar');
  });

  it('given a torn end, then it ends with the commit before', async () => {
    const loaded = system();
    const { manifest } = await makeBackup(loaded, folder(), plain);
    appendFileSync(newestIn(loaded.dataDir), 'E {"half of an ent');
    expect((await makeBackup(loaded, folder(), plain)).manifest.last_hash).toBe(manifest.last_hash);
  });

  it('given a folder that holds more, another log, or lies in the data, then it is refused and unchanged', async () => {
    const [to, loaded] = [copyOf(early), system()];
    await makeBackup(loaded, to, plain);
    const before = readFileSync(join(to, 'manifest.json'), 'utf8');
    const older = target();
    await restoreBackup(early, older);
    cpSync(join(dir, '.marketops', 'keys'), join(older.dataDir, 'keys'), { recursive: true });
    await fault(makeBackup(loadConfig(older.configPath, {}), to, plain)).toMatchObject({
      code: 'backup_refused',
    });
    const manifest = await readManifest(to);
    if (manifest === undefined) throw new Error('there is one');
    writeManifest(to, { ...manifest, ledger: 'another/log#1' });
    await fault(makeBackup(loaded, to, plain)).toMatchObject({ code: 'backup_refused' });
    writeFileSync(join(to, 'manifest.json'), before);
    await verifyBackup(to);
    for (const inside of [join(loaded.dataDir, 'backup'), loaded.dataDir, loaded.root])
      await fault(makeBackup(loaded, inside, plain)).toMatchObject({ code: 'backup_refused' });
  });

  it('given it was interrupted after it had copied, then the one before it still holds', async () => {
    const to = copyOf(early);
    const [before, state] = [readFileSync(join(to, 'manifest.json'), 'utf8'), stateOf(to)];
    await makeBackup(system(), to, plain);
    // As it is before the new manifest takes its place.
    writeFileSync(join(to, 'manifest.json'), before);
    cpSync(join(early, basename(state)), state, { recursive: true });
    const { manifest } = await verifyBackup(to);
    const place = target();
    await restoreBackup(to, place);
    const { keyring } = loadConfig(place.configPath, {});
    const report = await verifyJournal({ dir: journalIn(place.dataDir), keyring });
    expect(report).toMatchObject({ ok: true, lastSequence: manifest.last_sequence });
  });

  it('given older files that the ledger has sealed since, then it grows where it was plain, and takes them sealed where it is new', async () => {
    const loaded = system();
    const again = await startSystem({
      ...{ dir: loaded.root, restartCrashed: false, allowNonDurableRedis: true, services: ['ledger'] },
    });
    const [grown, fresh] = [copyOf(early), folder()];
    /** Only sealed: for a moment both forms are there. */
    const hasSealed = (data: string) => {
      const names = new Set(readdirSync(journalIn(data)));
      return [...names].some((name) => name.endsWith('.gz') && !names.has(name.slice(0, -'.gz'.length)));
    };
    try {
      await vi.waitUntil(() => hasSealed(loaded.dataDir), { timeout: 30_000 });
      for (const to of [grown, fresh]) await makeBackup(loaded, to, plain);
    } finally {
      await again.stop();
    }
    expect([hasSealed(join(grown, 'data')), hasSealed(join(fresh, 'data'))]).toEqual([false, true]);
    for (const to of [grown, fresh]) {
      const place = target();
      const { manifest } = await restoreBackup(to, place);
      const report = await verifyJournal({
        ...{ dir: journalIn(place.dataDir), keyring: loaded.keyring },
      });
      expect(report).toMatchObject({ ok: true, lastSequence: manifest.last_sequence });
      await makeBackup(loaded, to, plain);
    }
  }, 120_000);

  it('given blobs that the system has erased, then it says so, and drops them when told to', async () => {
    const [to, loaded] = [folder(), system()];
    await makeBackup(loaded, to, plain);
    const blobs = join(loaded.dataDir, 'blobs');
    const [name = ''] = await blobNames(blobs);
    rmSync(blobPath(blobs, name));
    expect(await makeBackup(loaded, to, plain)).toMatchObject({ erasedThere: 1 });
    expect(existsSync(blobPath(join(to, 'data', 'blobs'), name))).toBe(true);
    await makeBackup(loaded, to, { ...plain, dropErased: true });
    expect(existsSync(blobPath(join(to, 'data', 'blobs'), name))).toBe(false);
    await verifyBackup(to);
  });
});

describe('L1: a backup that was changed', () => {
  const change = (path: string) => {
    const bytes = readFileSync(path);
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };
  it.each([
    ['in its journal', (to: string) => newestIn(join(to, 'data'))],
    ['in its keyring', (to: string) => join(stateOf(to), 'data', 'keyring.json')],
    ['in its configuration', (to: string) => join(stateOf(to), 'config', 'marketops.yml')],
    [
      'in its memory of checkpoints',
      (to: string) => join(stateOf(to), 'data', 'ledger', 'signed', 'checkpoint'),
    ],
  ])('%s is not restored', async (_where, pathOf) => {
    const [to, place] = [folder(), target()];
    await makeBackup(system(), to, plain);
    change(pathOf(to));
    await fault(restoreBackup(to, place)).toMatchObject({ code: 'backup_invalid' });
    expect(existsSync(place.dataDir)).toBe(false);
  });

  it('in a blob, or with one missing, is not restored', async () => {
    for (const harm of [change, (path: string) => rmSync(path)]) {
      const [to, place] = [folder(), target()];
      await makeBackup(system(), to, plain);
      const blobs = join(to, 'data', 'blobs');
      harm(blobPath(blobs, (await blobNames(blobs))[0] ?? ''));
      await fault(restoreBackup(to, place)).toMatchObject({ code: 'backup_invalid' });
    }
  });

  it('together with its manifest shows against the checkpoint it stands at', async () => {
    const to = folder();
    const { manifest } = await makeBackup(system(), to, plain);
    const { manifest: old } = await verifyBackup(early);
    cpSync(journalIn(join(early, 'data')), journalIn(join(to, 'data')), { recursive: true });
    const { last_sequence, last_hash, journal } = old;
    writeManifest(to, { ...manifest, last_sequence, last_hash, journal });
    await fault(verifyBackup(to)).toMatchObject({
      code: 'backup_invalid',
      message: expect.stringContaining('journal'),
    });
  });

  it('and a folder without one is no backup', async () => {
    await fault(restoreBackup(folder(), target())).toMatchObject({ code: 'backup_invalid' });
  });
});

describe('restoring', () => {
  it('L2: puts back what verifies, sets aside what was older, and is the same done twice', async () => {
    const [to, place] = [folder(), target()];
    const { manifest } = await makeBackup(system(), to, { ...plain, withKeys: true });
    expect(await restoreBackup(early, place)).toMatchObject({ aside: undefined, kept: [], hasKeys: false });
    const done = await restoreBackup(to, place);
    expect([existsSync(journalIn(place.dataDir)), existsSync(done.aside ?? '')]).toEqual([true, true]);
    expect(done).toMatchObject({ hasKeys: true, kept: [] });
    expect(await restoreBackup(to, place)).toMatchObject({ manifest: { last_hash: manifest.last_hash } });
    expect(statSync(join(place.dataDir, 'keys', 'ledger', 'actor.json')).mode & 0o777).toBe(0o600);
  });

  it('refuses where a ledger was started while it verified and copied', async () => {
    const [to, place] = [folder(), target()];
    await makeBackup(system(), to, plain);
    const root = join(place.dataDir, 'ledger');
    const restoring = restoreBackup(to, place);
    const refused = fault(restoring).toMatchObject({ code: 'restore_refused' });
    await vi.waitUntil(() => existsSync(`${root}.restoring`), { interval: 1, timeout: 20_000 });
    mkdirSync(root);
    writeFileSync(join(root, 'lock'), JSON.stringify({ host: hostname(), pid: process.pid }));
    await refused;
    expect(readdirSync(root)).toEqual(['lock']);
    rmSync(root, { recursive: true });
    expect(await restoreBackup(to, place)).toMatchObject({ aside: undefined });
  });

  it('refuses where a newer ledger stands, one of another log, or other keys, and leaves configuration as it is', async () => {
    const newer = system();
    const there = { configPath: newer.configPath, dataDir: newer.dataDir };
    await fault(restoreBackup(early, there)).toMatchObject({ code: 'restore_refused' });
    const other = folder();
    const example = exampleConfig();
    initialize({ configPath: join(other, 'marketops.yml'), ...example, now: new Date() });
    const others = { configPath: join(other, 'marketops.yml'), dataDir: join(other, '.marketops') };
    await fault(restoreBackup(early, others)).toMatchObject({ code: 'restore_refused' });
    rmSync(others.dataDir, { recursive: true });
    appendFileSync(others.configPath, '# mine\n');
    expect((await restoreBackup(early, others)).kept).toContain(others.configPath);
    expect(readFileSync(others.configPath, 'utf8')).toContain('# mine');
  });
});
