import { createHash, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { allReleases, simulatedState } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

let the: TemporarySystem | undefined;
afterEach(async () => {
  await the?.close();
  the = undefined;
});

const operations = [
  { id: 'tag', kind: 'tag_repo', tag_name: 'v1.4.0', message: 'Widgets 1.4.0' },
  {
    id: 'release',
    kind: 'publish_release',
    depends_on: ['tag'],
    tag_name: 'v1.4.0',
    release_name: 'Widgets',
  },
  {
    ...{ id: 'announce', kind: 'open_pr', depends_on: ['release'], repository: 'acme/website' },
    ...{ head: 'release-1.4.0', base: 'main', title: 'Announce Widgets 1.4.0', body: 'See the release.' },
  },
];

/** Everything that was written below a folder, as text. */
const textBelow = (folder: string, leaveOut: readonly string[]): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !leaveOut.some((one) => name === one || name.startsWith(`${one}/`)))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');

const surroundings = (pid: number | undefined): string =>
  ['environ', 'cmdline'].map((what) => readFileSync(`/proc/${pid}/${what}`, 'latin1')).join('\0');

describe('an account that is entered with Apps', () => {
  const app = { app_id: 77, private_key: 'ACME_APP_KEY' };
  const read_app = { app_id: 78, installation_id: 9_078, private_key: 'ACME_READ_APP_KEY' };

  it('X3, F4: given one that writes and one that reads, then all is done, and nobody else has either', async () => {
    the = await temporarySystem({ config: { accounts: { acme: { credential: { app, read_app } } } } });
    const { client, system } = the;
    const [runId = ''] = await client.submit([{ mode: 'prod', operations }]);
    await client.ended([runId]);
    const audits = await Promise.all(operations.map(({ id }) => client.operation(runId, id)));
    expect(audits.map(({ outcome }) => outcome?.data.audit.error_message)).toEqual([null, null, null]);
    expect((await allReleases(system.url)).map(({ draft }) => draft)).toEqual([false]);

    const dataDir = system.loaded.dataDir;
    const own = 'simulated-github';
    const keys = readdirSync(join(dataDir, own)).filter((name) => name.startsWith('app-key-'));
    expect(keys).toHaveLength(2);
    const held = {
      publisher: surroundings(system.pids.publisher),
      planner: surroundings(system.pids.planner),
    };
    expect(held.publisher).toContain('ACME_APP_KEY_FILE=');
    expect(held.planner).toContain('ACME_READ_APP_KEY_FILE=');
    expect(held.publisher).not.toContain('ACME_READ_APP_KEY');
    expect(held.planner).not.toContain('ACME_APP_KEY');
    for (const name of ['federation', 'ledger'] as const)
      expect(surroundings(system.pids[name])).not.toMatch(/APP_KEY|TOKEN/);
    // Neither keys nor what was made of them: in no log, event, blob or journal.
    const written = textBelow(dataDir, [own, 'keys']);
    expect(written).toContain(runId);
    expect(written).not.toMatch(/ghs_[A-Za-z0-9]{10}|PRIVATE KEY/);
    for (const key of keys) {
      const [, middle = ''] = readFileSync(join(dataDir, own, key), 'utf8').split('\n');
      expect(written + Object.values(held).join()).not.toContain(middle);
    }
  }, 120_000);

  it('given a new key, and GitHub has forgotten the old, then what comes next is done with the new one', async () => {
    the = await temporarySystem({ config: { accounts: { acme: { credential: { app, read_app } } } } });
    const { client, system } = the;
    const folder = join(system.loaded.dataDir, 'simulated-github');
    const done = async (plan: readonly object[]): Promise<void> => {
      const [runId = ''] = await client.submit([{ mode: 'prod', operations: plan }]);
      await client.ended([runId]);
      expect((await client.run(runId)).completed?.data.status).toBe('completed');
    };
    const [tag, , announce] = operations;
    await done([{ ...tag }]);
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const apps = JSON.parse(readFileSync(join(folder, 'apps.json'), 'utf8')) as { slug: string }[];
    const at = apps.findIndex(({ slug }) => slug.startsWith('publisher'));
    const path = join(folder, `app-key-${at + 1}`);
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const public_key = publicKey.export({ type: 'spki', format: 'pem' });
    await access(system.url, { apps: [{ ...apps[at], public_key }] });
    // Another kind, for which there is no token yet.
    await done([{ ...announce, depends_on: [] }]);
    expect(textBelow(system.loaded.dataDir, ['simulated-github', 'keys'])).not.toMatch(/PRIVATE KEY/);
  }, 120_000);
});

describe('a token that is rotated while runs go on', () => {
  it('given new ones again and again, each old one revoked at once, then no operation fails', async () => {
    const credential = { token: 'ACME_TOKEN', read_token: 'ACME_READ_TOKEN' };
    the = await temporarySystem({ config: { accounts: { acme: { credential } } } });
    const { client, system } = the;
    const folder = join(system.loaded.dataDir, 'simulated-github');
    let rotations = 0;
    let seen: ReadonlySet<string> = new Set();
    /** One that GitHub had not been shown before this run is left: a request refused under two in turn is refused for good. */
    const rotate = async (name: 'read-token' | 'write-token'): Promise<void> => {
      const path = join(folder, name);
      const old = readFileSync(path, 'utf8').trim();
      if (!seen.has(fingerprint(old))) return;
      rotations += 1;
      const next = `rotated_${name}_${rotations}`;
      await access(system.url, { tokens: [{ token: next }] });
      if (rotations % 3 === 0) {
        // As it is done by hand, into the same file.
        writeFileSync(path, `${next}\n`);
      } else {
        writeFileSync(`${path}.next`, `${next}\n`, { mode: 0o600 });
        renameSync(`${path}.next`, path);
      }
      await access(system.url, { revoke: old });
    };
    const plans = Array.from({ length: 8 }, (_, plan) => ({
      mode: 'prod',
      operations: Array.from({ length: 10 }, (__, at) => ({
        ...{ id: `tag-${at}`, kind: 'tag_repo', tag_name: `v${plan}.${at}.0`, message: 'Widgets' },
      })),
    }));
    const isThere = async (tag: string): Promise<boolean> =>
      JSON.stringify(await simulatedState(system.url)).includes(tag);
    const runs: string[] = [];
    for (const [at, plan] of plans.entries()) {
      seen = await tokensSeen(system.url);
      const [runId = ''] = await client.submit([plan]);
      runs.push(runId);
      await rotate('read-token');
      await client.until('the first tag', () => isThere(`v${at}.0.0`));
      await rotate('write-token');
      await client.ended([runId]);
    }
    expect(rotations).toBeGreaterThanOrEqual(plans.length / 2);
    const { requests } = await asked<{ requests: { status: number }[] }>(system.url, 'requests');
    expect(requests.filter(({ status }) => status === 401).length).toBeGreaterThan(0);
    const tags = runs.flatMap((runId) => plans[0]?.operations.map(({ id }) => ({ runId, id })) ?? []);
    const ends = await Promise.all(tags.map(({ runId, id }) => client.operation(runId, id)));
    expect(ends.flatMap(({ outcome }) => outcome?.data.audit.error_message ?? [])).toEqual([]);
    const results = await Promise.all(runs.map(async (runId) => (await client.run(runId)).completed?.data));
    expect(results.map((data) => data?.status)).toEqual(plans.map(() => 'completed'));
    expect(await isThere('v7.9.0')).toBe(true);
    expect(textBelow(system.loaded.dataDir, ['simulated-github', 'keys'])).not.toContain('rotated_');
  }, 180_000);
});

async function asked<Answer>(url: string, what: string): Promise<Answer> {
  const answer = await fetch(`${url}/_sim/${what}`, { signal: AbortSignal.timeout(10_000) });
  return (await answer.json()) as Answer;
}

/** As the simulated GitHub names a token without telling it. */
const fingerprint = (token: string): string =>
  `token/${createHash('sha256').update(token).digest('hex').slice(0, 16)}`;

async function tokensSeen(url: string): Promise<ReadonlySet<string>> {
  const { callers } = await asked<{ callers: { caller: string }[] }>(url, 'limits');
  return new Set(callers.map(({ caller }) => caller));
}

async function access(url: string, change: unknown): Promise<void> {
  const answer = await fetch(`${url}/_sim/access`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new TypeError(await answer.text());
}
