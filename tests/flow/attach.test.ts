import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '@marketops/proof/node';
import { verifyBundle } from '@marketops/verifier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attaching, attachingIn, download } from '../support/attaching.js';
import { release } from '../support/requests.js';
import { armFault } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const verifier = new URL('../../shared/verifier/dist/command/main.js', import.meta.url).pathname;

/** As a stranger runs it, with files alone. */
const verify = (...args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly told: string }>((resolve) => {
    execFile(process.execPath, [verifier, ...args], { timeout: 60_000 }, (fault, stdout, stderr) =>
      resolve({ code: fault === null ? 0 : Number(fault.code), told: stdout + stderr }),
    );
  });

describe('proofs and checkpoints at the release, as effects like any other', () => {
  let the: TemporarySystem;
  let attaching: Attaching;
  let away: string;
  let run = '';
  beforeAll(async () => {
    the = await temporarySystem();
    attaching = attachingIn(the);
    away = mkdtempSync(join(tmpdir(), 'marketops-away-'));
    [run = ''] = await the.client.submit([{ mode: 'prod', operations: [release('v1.4.0')] }]);
    await the.client.ended([run]);
  });
  afterAll(async () => {
    await the.close();
    rmSync(away, { recursive: true, force: true });
  });

  it('a dry run says what would be attached, and attaches nothing', async () => {
    expect(await attaching.attachProof(run)).toMatchObject({
      code: 0,
      said: { mode: 'dry_run', outcome: { status: 'blocked', blocked: 1 } },
    });
    expect(await attaching.assets()).toEqual([]);
  });

  it('L3, X2: the bundle of a run is attached to the release it shipped, once, though the answer is lost; a stranger fetches and verifies it', async () => {
    await armFault(the.system.url, { kind: 'bad_gateway_after', path_pattern: 'name=marketops-proof' });
    const answer = await attaching.attachProof(run, '--mode', 'prod');
    expect(answer).toMatchObject({ code: 0, said: { outcome: { status: 'completed', succeeded: 1 } } });
    const [attached, ...others] = await attaching.assets();
    expect(others).toEqual([]);
    expect(attached).toMatchObject({ name: `marketops-proof-${run}.json`, state: 'uploaded' });
    const bytes = await download(the.system.url, attached?.id);
    // What the dry run had shown is what was attached.
    const shown = readFileSync(join(the.system.dir, 'releases', attached?.name ?? ''));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      createHash('sha256').update(shown).digest('hex'),
    );
    const { keyring } = the.system.loaded;
    const report = verifyBundle({ bytes, runId: run, keyring, crypto: nodeCrypto });
    expect(report).toMatchObject({ ok: true, run: { run_id: run, status: 'completed' } });
    const operation = await the.client.operation(String(answer.said['run_id']), 'attach');
    expect(operation.receipts).toHaveLength(1);
    expect(operation.outcome?.data).toMatchObject({
      audit: { operation_kind: 'attach_release_asset', result: { adopted: true } },
    });
  });

  it('L1: the checkpoint is attached, though its upload breaks off once; the ledger’s tail is cut; what anybody fetches says so', async () => {
    const { said } = await attaching.marketops('ledger', 'checkpoint');
    expect(String(said['note'])).toContain(`${String(said['origin'])}\n${Number(said['size'])}\n`);
    await armFault(the.system.url, { kind: 'half_upload', path_pattern: 'name=checkpoint-' });
    const asked = ['ledger', 'checkpoint', '--attach', 'acme/widgets@v1.4.0', '--mode', 'prod', '--wait'];
    expect(await attaching.marketops(...asked)).toMatchObject({
      code: 0,
      said: { outcome: { succeeded: 1 } },
    });
    const kept = (await attaching.assets()).filter(({ name }) =>
      /^checkpoint-[a-z0-9-]+-\d+\.txt$/.test(name),
    );
    expect(kept).toMatchObject([{ state: 'uploaded' }]);
    const checkpoint = join(away, 'checkpoint');
    writeFileSync(checkpoint, await download(the.system.url, kept[0]?.id));

    const { dataDir } = the.system.loaded;
    const whole = join(away, 'journal');
    cpSync(join(dataDir, 'ledger', 'journal'), whole, { recursive: true });
    const keyring = join(dataDir, 'keyring.json');
    const held = await verify('journal', whole, '--keyring', keyring, '--checkpoint', checkpoint);
    expect(held, held.told).toMatchObject({ code: 0 });

    const cut = join(away, 'cut');
    mkdirSync(cut);
    const size = Number(/-(\d+)\.txt$/.exec(kept[0]?.name ?? '')?.[1]);
    for (const name of readdirSync(whole)) writeFileSync(join(cut, name), before(whole, name, size));
    expect(await verify('journal', cut, '--keyring', keyring)).toMatchObject({ code: 0 });
    const told = await verify('journal', cut, '--keyring', keyring, '--checkpoint', checkpoint);
    expect(told).toMatchObject({ code: 1, told: expect.stringContaining('(tail_cut)') as unknown });
  });
});

/** A file of the journal without its batches from that entry on. */
function before(folder: string, name: string, sequence: number): string {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
  let kept = 0;
  for (const [index, line] of lines.entries()) {
    if (line.includes(`"sequence":${sequence},`)) break;
    if (line.startsWith('C ') || index === 0) kept = index + 1;
  }
  return `${lines.slice(0, kept).join('\n')}\n`;
}
