import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { everyPartition } from '@marketops/operator';
import { openRedisStore } from '@marketops/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doctor as runDoctor } from '../actions/doctor.js';
import { init } from '../actions/init.js';
import { jsonInvocation } from '../testing/invocation.js';
import { temporaryFolders } from '../testing/temporary-folder.js';
import type { Finding } from './finding.js';

const folder = temporaryFolders();
let redis: ProvidedRedis;
beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.stop());

let cwd: string;
let keyring: string;
beforeEach(async () => {
  cwd = folder();
  keyring = join(cwd, '.marketops', 'keyring.json');
  expect(await init(jsonInvocation(cwd).invocation, [], {})).toBe(0);
});

const doctor = async (url = redis.url) => {
  const { invocation, said } = jsonInvocation(cwd, { REDIS_URL: url });
  const code = await runDoctor(invocation);
  return { code, findings: (said() as { findings: readonly Finding[] }).findings };
};
const names = (findings: readonly Finding[]) => new Set(findings.map(({ name }) => name));

describe('marketops doctor where the keyring cannot be read', () => {
  const broken: [string, string, () => void][] = [
    ['is no JSON', 'config_invalid', () => writeFileSync(keyring, '{"version":1,')],
    ['lists no keys', 'config_invalid', () => writeFileSync(keyring, '{"version":1}')],
    ['is not there', 'config_missing', () => rmSync(keyring)],
  ];
  it.each(broken)(
    'given it %s, then it says so, and looks at all that does not need it',
    async (_what, said, spoil) => {
      const well = await doctor();
      spoil();
      const { code, findings } = await doctor();
      expect(code).toBe(1);
      const ofKeyring = findings.filter(({ name }) => name === 'keyring');
      expect(ofKeyring).toMatchObject([{ verdict: 'fail', detail: expect.stringContaining(said) }]);
      expect(names(findings)).toEqual(new Set([...names(well.findings), 'keyring']));
      const later = [
        'redis',
        'clock',
        'partitions',
        'outbox',
        'queue',
        'ledger',
        'services',
        'disk',
        'policies',
      ];
      for (const name of later) expect(names(findings)).toContain(name);
    },
  );

  it('given a key is exposed too, a draft was left, and something is frozen, then all of it is told', async () => {
    const mint = join(cwd, '.marketops/keys/federation/mint.json');
    chmodSync(mint, 0o644);
    writeFileSync(join(cwd, '.marketops/keys/ledger/actor.x.draft'), '');
    writeFileSync(keyring, 'no keyring');
    const store = openRedisStore(redis.url);
    const open = { state: 'open', reason: '', epoch: 1, term: 1 } as const;
    for (const partition of everyPartition) await store.writeControl(partition, open);
    await store.freeze('tenant:acme', 'incident 42');
    const { findings } = await doctor();
    await store.unfreeze('tenant:acme');
    await store.close();
    const told = findings.map(({ detail }) => detail).join('\n');
    expect(told).toContain(`key_exposed: ${mint}`);
    expect(told).toContain('actor.x.draft');
    expect(told).toContain('tenant:acme, by 64 of 64 control keys: incident 42');
  });

  it('given Redis is not reachable either, then it says both', async () => {
    writeFileSync(keyring, 'no keyring');
    const { code, findings } = await doctor('redis://127.0.0.1:1');
    expect(code).toBe(5);
    expect(findings.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toEqual([
      'keyring',
      'redis',
    ]);
  });
});
