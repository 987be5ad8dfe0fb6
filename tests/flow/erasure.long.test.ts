import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { canonicalJson, digestOf } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { redisOptions } from '@marketops/store';
import { verifyJournal } from '@marketops/verifier/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Answer, commandsOf } from '../support/command.js';
import { allReleases } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

/** In the title, the text, the message, a file's name and what the file holds is in nobody's interest here. */
const person = 'Ada-Lovelace-of-Ockham';
const plan = {
  tenant_id: 'acme',
  repository: 'acme/widgets',
  operations: [
    { id: 'tag', kind: 'tag_repo', tag_name: 'v1.4.0', target: 'main', message: `By ${person}` },
    {
      id: 'release',
      kind: 'publish_release',
      depends_on: ['tag'],
      tag_name: 'v1.4.0',
      release_name: `For ${person}`,
      body_file: 'notes.md',
      assets: [{ path: 'cv.txt', name: `${person}.txt` }],
    },
  ],
};

/** Every command that Redis is given from now on, scripts and what they call included, as it prints them. */
async function monitored(url: string, hear: (text: string) => void): Promise<() => void> {
  const { path, host, port, username, password } = redisOptions(url);
  const socket = path === undefined ? connect(port ?? 6379, host ?? '127.0.0.1') : connect(path);
  socket.on('data', (bytes) => hear(bytes.toString('utf8')));
  await once(socket, 'connect');
  if (password !== undefined) socket.write(`AUTH ${username ?? 'default'} ${password}\r\n`);
  socket.write('MONITOR\r\n');
  await once(socket, 'data');
  return () => socket.destroy();
}

describe('a sealed run, with every service a process of its own', () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;
  let runId = '';
  /** Every command that Redis was ever given, scripts included. */
  const heard: string[] = [];
  let stopListening = () => {};

  beforeAll(async () => {
    the = await temporarySystem();
    marketops = commandsOf(the.system);
    expect((await marketops('approver', 'add', 'alice')).code).toBe(0);
    stopListening = await monitored(the.system.redisUrl, (text) => heard.push(text));
    mkdirSync(upstream(), { recursive: true });
    writeFileSync(join(upstream(), 'notes.md'), `Dear ${person}`);
    writeFileSync(join(upstream(), 'cv.txt'), 'nothing of interest');
    writeFileSync(join(upstream(), 'plan.yml'), stringify(plan));
  });
  afterAll(async () => {
    stopListening();
    await the.close();
  });

  /** What upstream keeps of its own is its own affair. */
  const upstream = () => join(the.system.dir, 'releases');
  const filesWith = (text: string): string[] =>
    readdirSync(the.system.dir, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile() && !one.parentPath.startsWith(upstream()))
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => readFileSync(path).includes(text));
  const proof = async (name: string) => {
    const path = join(upstream(), name);
    await the.client.until(
      'a proof',
      async () => existsSync(path) || (await marketops('proof', runId, '--output', path)).code === 0,
    );
    return path;
  };

  it('given it ships, then what it said stands in nothing that Redis was told and in no file, while it ran and after', async () => {
    const args = ['submit', join(upstream(), 'plan.yml'), '--sealed', '--mode', 'prod', '--wait'];
    const { code, said } = await marketops(...args);
    runId = String(said['run_id']);
    expect([code, said['outcome']]).toMatchObject([0, { status: 'completed', succeeded: 2 }]);
    const [published] = await allReleases(the.system.url);
    expect(published).toMatchObject({ name: `For ${person}` });
    expect(published?.body).toContain(`Dear ${person}`);

    const told = heard.join('');
    expect(told).toContain(runId);
    expect(told).not.toContain(person);
    expect(filesWith(person)).toEqual([]);
  });

  it('given whoever has the key, then show, timeline, proof and replay tell all of it', async () => {
    const shown = await marketops('show', runId);
    expect(shown).toMatchObject({ code: 0, said: { contents: { state: 'present', sealed: true } } });
    expect(JSON.stringify(shown.said)).toContain(`Dear ${person}`);
    expect(await marketops('timeline', runId)).toMatchObject({ code: 0 });
    expect(readFileSync(await proof('before.json'), 'utf8')).toContain('in-toto');
    const check = await marketops('replay', runId, '--check');
    expect(check).toMatchObject({ code: 0, said: { diverged: false } });
  });

  it('given it is erased, then key and ciphertexts are gone, and it says by whom and why', async () => {
    const keys = join(the.system.loaded.dataDir, 'blob-keys');
    expect(readdirSync(keys)).toEqual([`${runId}.key`]);
    const args = ['erase', runId, '--reason', 'asked for', '--as', 'alice', '--yes'];
    const told = { state: 'erased', sealed: true, erased_by: 'alice', reason: 'asked for' };
    expect(await marketops(...args)).toMatchObject({ code: 0, said: { ...told, ciphertexts: 4 } });
    expect(readdirSync(keys)).toEqual([`${runId}.erased`]);
    for (const command of ['show', 'timeline'])
      expect(await marketops(command, runId)).toMatchObject({ code: 0, said: { contents: told } });
    // Again, and by two at once: it stays as it was ordered first.
    const again = await Promise.all([marketops(...args), marketops(...args)]);
    expect(again).toMatchObject([
      { code: 0, said: told },
      { code: 0, said: told },
    ]);
    const orders = (await the.client.systemEvents()).filter(({ type }) => type === 'blob.erased');
    expect(orders).toHaveLength(1);
  });

  it('given it is erased, then ledger, proofs of before and of now, and replay hold, and the exact plain text proves nothing', async () => {
    const { dataDir, keyring } = the.system.loaded;
    const report = await verifyJournal({ dir: join(dataDir, 'ledger', 'journal'), keyring });
    expect([report.fault, report.ok]).toEqual([undefined, true]);
    for (const name of ['before.json', 'after.json'])
      expect(await marketops('proof', 'verify', await proof(name))).toMatchObject({ code: 0 });
    expect(await marketops('replay', runId, '--check')).toMatchObject({ code: 0, said: { diverged: false } });
    expect(filesWith(person)).toEqual([]);

    const { planned } = await the.client.operation(runId, 'tag');
    const before = readFileSync(join(upstream(), 'before.json'), 'utf8');
    const bundle = Buffer.from((JSON.parse(before) as { payload: string }).payload, 'base64').toString();
    const { salt, ...guess } = JSON.parse(
      /\{"kind":"tag_repo"[^}]*"repository":\{[^}]*\}[^}]*\}/.exec(bundle)?.[0] ?? '{}',
    ) as Record<string, unknown>;
    expect(digestOf(nodeCrypto, { ...guess, salt })).toBe(planned?.data.operation_digest);
    expect(nodeCrypto.sha256Hex(canonicalJson(guess))).not.toBe(planned?.data.operation_digest);
  });

  it('given a run that was not sealed is to be erased, then that is refused', async () => {
    const { lastSeq } = await the.client.run(runId);
    const [open = ''] = await the.client.submit([
      { mode: 'dry_run', operations: [{ ...plan.operations[0], message: 'plain' }] },
    ]);
    await the.client.ended([open]);
    const refused = await marketops('erase', open, '--reason', 'x', '--as', 'alice', '--yes').catch(String);
    expect(JSON.stringify(refused)).toContain('erase_refused');
    expect((await the.client.run(runId)).lastSeq).toBe(lastSeq);
  });
});
