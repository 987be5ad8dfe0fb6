import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import { editKeyring, loadConfig } from '@marketops/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { init } from '../actions/init.js';
import { keysRotate } from '../actions/keys-rotate.js';
import { runInterrupted } from '../testing/interrupted.js';
import { jsonInvocation } from '../testing/invocation.js';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';
import type { Finding } from './finding.js';
import { keyFindings } from './keys.js';
import { unfinishedFindings } from './unfinished.js';

const folder = temporaryFolders();
/** As the command has it by default. */
const overlapMs = 25 * 3_600_000;
let initialized: string;
beforeAll(async () => {
  initialized = mkdtempSync(join(tmpdir(), 'marketops-cli-'));
  expect(await init(jsonInvocation(initialized).invocation, [], {})).toBe(0);
});
afterAll(() => rmSync(initialized, { recursive: true, force: true }));

let cwd: string;
beforeEach(() => {
  cwd = folder();
  cpSync(initialized, cwd, { recursive: true });
});

const dataDir = () => join(cwd, '.marketops');
const keysOf = (service: string) => join(dataDir(), 'keys', service);
const keyring = (): Keyring => loadConfig(join(cwd, 'marketops.yml'), {}).keyring;
const unfinished = (): Finding[] => unfinishedFindings({ dataDir: dataDir() }, keyring());
const details = () => unfinished().map(({ detail }) => detail);

/** Does what one finding says is to be done. */
async function mend({ next = '' }: Finding): Promise<void> {
  const remove = /rm (\S+)$/.exec(next)?.[1];
  if (remove !== undefined) return rmSync(remove);
  const [, ...key] = /marketops keys rotate (\w+) ([\w-]+)$/.exec(next) ?? [];
  expect(key, next).toHaveLength(2);
  expect(await keysRotate(jsonInvocation(cwd).invocation, key, { overlap: overlapMs })).toBe(0);
}

const contents = (service: string, name: string): string[] =>
  readdirSync(keysOf(service))
    .filter((file) => file.startsWith(`${name}.`))
    .sort()
    .map((file) => `${file} ${readFileSync(join(keysOf(service), file), 'utf8')}`);

/** By other means than the doctor's: nothing is left over, and who must agree agrees. */
function expectFinished(): void {
  const files = readdirSync(dataDir(), { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /\.draft|\.lock/.test(file))).toEqual([]);
  const lasting = keyring().keys.filter((key) => key.purpose === 'mint' && key.not_after === undefined);
  const { key_id: held } = JSON.parse(readFileSync(join(keysOf('federation'), 'mint.json'), 'utf8'));
  expect(lasting.map(({ key_id }) => key_id)).toEqual([held]);
  // The publisher may accept more: what was made for both, and federation never got.
  expect(contents('publisher', 'receipt-hmac')).toEqual(
    expect.arrayContaining(contents('federation', 'receipt-hmac')),
  );
}

describe('a rotation that is killed', () => {
  it.each([
    [
      'mint',
      [
        /locked by process/,
        /interrupted rotation left/,
        /private half is not here/,
        /its last mint key ends/,
      ],
    ],
    [
      'receipt-hmac',
      [/locked by process/, /interrupted rotation left/, /publisher accepts only until/, /no other takes/],
    ],
  ])(
    'of %s, at whichever step, then services start, and the doctor says what mends it',
    async (purpose, kinds) => {
      const rotate = ['keys', 'rotate', 'federation', purpose];
      const said = new Set<string>();
      let at = 1;
      for (let killed = true; killed; at += 1) {
        const { code, stderr } = await runInterrupted(rotate, { cwd }, at);
        killed = code === null;
        if (!killed) expect(code, stderr).toBe(0);
        expect(keyFindings({ dataDir: dataDir() }, keyring())).toMatchObject([{ verdict: 'ok' }]);
        for (const detail of details()) said.add(detail);
        // A draft of the lock, the lock, the rotation: more than that it must not take.
        for (let mends = 0; mends < 3; mends += 1) {
          const [first] = unfinished();
          if (first !== undefined) await mend(first);
        }
        expect(details()).toEqual([]);
        expectFinished();
      }
      // As many steps as a rotation has at least: the lock, the draft, the keyring or two sides, the end.
      expect(at).toBeGreaterThan(10);
      for (const kind of kinds) expect([...said].join('\n')).toMatch(kind);
    },
    300_000,
  );

  it('given what is left of it, then marketops doctor tells it', async () => {
    writeFileSync(join(dataDir(), 'keyring.json.lock'), '999999\n');
    writeFileSync(join(keysOf('federation'), 'mint.federation-mint-1.draft'), '{');
    const { stdout } = await runCommand(['doctor'], { cwd });
    expect(stdout).toMatch(/FAIL {2}keys .*locked by process 999999/);
    expect(stdout).toContain(`rm ${join(dataDir(), 'keyring.json.lock')}`);
    expect(stdout).toMatch(/warn {2}keys .*mint\.federation-mint-1\.draft/);
    expect(stdout).toContain('marketops keys rotate federation mint');
  });

  it('given whoever holds the lock lives, then nothing is called unfinished', () => {
    writeFileSync(join(keysOf('federation'), 'mint.federation-mint-1.draft'), '{');
    writeFileSync(join(dataDir(), 'keyring.json.lock'), `${process.pid}\n`);
    expect(details()).toEqual([]);
  });
});

describe('what looks like an interrupted rotation', () => {
  it('given a draft of what is never rotated, then how to remove it, as one can paste it', async () => {
    const path = join(keysOf('publisher'), 'marker.json.1-ab.draft');
    writeFileSync(path, '');
    const [found, ...others] = unfinished();
    expect([found?.detail, others]).toEqual([expect.stringContaining(path), []]);
    if (found !== undefined) await mend(found);
    expect(details()).toEqual([]);
  });

  it('given a key was given an end by hand and has no successor, then it is told with the time', async () => {
    const end = '2099-01-01T00:00:00.000Z';
    await editKeyring(join(dataDir(), 'keyring.json'), (ring) => ({
      ...ring,
      keys: ring.keys.map((key) => (key.purpose === 'acknowledgement' ? { ...key, not_after: end } : key)),
    }));
    expect(unfinished()).toMatchObject([
      { verdict: 'warn', detail: expect.stringContaining(`ledger works until ${end}`) },
    ]);
  });

  it('given the publisher does not have the secret that federation mints with, then it fails', () => {
    const path = join(keysOf('publisher'), 'receipt-hmac.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
    writeFileSync(path, JSON.stringify({ ...file, key_id: 'receipt-hmac-another' }));
    expect(unfinished()).toMatchObject([
      { verdict: 'fail', detail: expect.stringContaining('the publisher does not accept') },
    ]);
  });
});

describe('rotations at once, by processes of their own', () => {
  const atOnce = (purpose: string) =>
    Promise.all(
      [1, 2, 3].map(() => runCommand(['keys', 'rotate', 'federation', purpose, '--json'], { cwd })),
    );

  it('given the shared secret, then federation and publisher hold the same ones, and all of them', async () => {
    const made = await atOnce('receipt-hmac');
    expect(made.map(({ code }) => code)).toEqual([0, 0, 0]);
    const [ofPublisher, ofFederation] = [
      contents('publisher', 'receipt-hmac'),
      contents('federation', 'receipt-hmac'),
    ];
    expect(ofFederation).toHaveLength(4);
    expect(ofPublisher).toEqual(ofFederation);
    const ids = made.map(({ stdout }) => (JSON.parse(stdout) as { key_id: string }).key_id);
    for (const id of ids) expect(ofFederation.some((content) => content.includes(id))).toBe(true);
    expect(details()).toEqual([]);
  });

  it('given a signing key, then every key that is listed has its private half', async () => {
    expect((await atOnce('mint')).map(({ code }) => code)).toEqual([0, 0, 0]);
    const listed = keyring().keys.filter(({ purpose }) => purpose === 'mint');
    expect(listed).toHaveLength(4);
    const held = contents('federation', 'mint').join('\n');
    for (const { key_id: id } of listed) expect(held).toContain(`"key_id":"${id}"`);
    expect(details()).toEqual([]);
  });
});
