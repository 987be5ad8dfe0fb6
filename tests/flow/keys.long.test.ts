import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Receipt } from '@marketops/contracts';
import { queueNames, readKeyring } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import { listJournal, verifyJournal } from '@marketops/verifier/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const program = new URL('../../services/cli/dist/main.js', import.meta.url).pathname;
type Line = Readonly<Record<string, unknown>>;

describe('keys, with every service a process of its own that is never restarted', () => {
  let the: TemporarySystem;
  let tags = 0;
  beforeAll(async () => {
    the = await temporarySystem();
  });
  afterAll(() => the.close());

  /** `marketops keys … --json`: one document, or one line for each thing. */
  const keys = (...args: readonly string[]): Promise<Line[]> =>
    new Promise((resolve, reject) => {
      const { configPath, dir } = the.system;
      const env = { PATH: process.env['PATH'] ?? '', HOME: join(dir, 'home') };
      const all = [program, 'keys', ...args, '--json', '--config', configPath];
      execFile(process.execPath, all, { env, timeout: 60_000 }, (fault, stdout, stderr) => {
        if (fault !== null) return reject(new Error(`${args.join(' ')}:\n${stdout}${stderr}`));
        const text = stdout.trim();
        const lines = text.startsWith('{\n') ? [text] : text.split('\n');
        resolve(lines.map((line) => JSON.parse(line) as Line));
      });
    });
  const submit = async (): Promise<string> => {
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release(`v1.${tags++}.0`)] }]);
    return runId;
  };
  const ship = async (): Promise<{ runId: string; receipt: Receipt }> => {
    const runId = await submit();
    await the.client.ended([runId]);
    const { phase, issued } = await the.client.operation(runId, 'release');
    expect(phase).toBe('succeeded');
    if (issued === undefined) throw new TypeError('there is no receipt');
    return { runId, receipt: issued.data.receipt };
  };
  const saidOf = async (type: string) =>
    (await the.client.systemEvents()).filter((event) => event.type === type).map(({ data }) => data as Line);
  const current = async (purpose: string): Promise<string> => {
    const [document] = await keys('list');
    const { keys: listed, shared_secrets: shared } = document as { keys: Line[]; shared_secrets: Line[] };
    const found = [...listed, ...shared].find(
      (key) => key['purpose'] === purpose && key['state'] === 'signing',
    );
    return String(found?.['key_id']);
  };

  it('given the first start, then the ledger knows the keyring it was written under', async () => {
    const { client, system } = the;
    const { keys: listed } = system.loaded.keyring;
    await client.until('the keys', async () => (await saidOf('key.added')).length === listed.length);
    expect((await saidOf('key.added')).map(({ key }) => key)).toEqual(listed);
  });

  it('given the mint’s key and the shared secret are rotated, then the services go over to them and every run ships', async () => {
    const [before, secretBefore] = [await current('mint'), await current('receipt-hmac')];
    expect((await ship()).receipt).toMatchObject({ key_id: before, hmac_key_id: secretBefore });
    const [made] = await keys('rotate', 'federation', 'mint');
    const [secret] = await keys('rotate', 'federation', 'receipt-hmac');
    const expected = { key_id: made?.['key_id'], hmac_key_id: secret?.['key_id'] };
    await the.client.until('a receipt by both new keys', async () => {
      const { key_id, hmac_key_id } = (await ship()).receipt;
      return key_id === expected.key_id && hmac_key_id === expected.hmac_key_id;
    });
    expect(await saidOf('key.rotated')).toEqual([
      { key_id: before, replaced_by: expected.key_id, not_after: made?.['not_after'] },
    ]);
    expect(await current('mint')).toBe(expected.key_id);
  }, 90_000);

  it('F3: given a mint key is revoked, then the gate refuses its receipts at once, nothing is authorized until there is another, and what waited ships', async () => {
    const { client, system } = the;
    const { runId, receipt } = await ship();
    const releases = (await allReleases(system.url)).length;
    // The one before it counts still, and federation would go back to it.
    const [{ key_id: older } = {}] = await saidOf('key.rotated');
    await keys('revoke', String(older), '--reason', 'the laptop was stolen');
    const [revoked, ...signed] = await keys('revoke', receipt.key_id, '--reason', 'the laptop was stolen');
    expect(revoked).toMatchObject({ kind: 'revoked', key_id: receipt.key_id });
    expect(signed).toContainEqual(
      expect.objectContaining({ kind: 'receipt', receipt_id: receipt.receipt_id, state: 'consumed' }),
    );
    expect(signed.at(-1)).toMatchObject({ kind: 'sum', after_revocation: 0 });

    await client.until('both in the ledger', async () => (await saidOf('key.revoked')).length === 2);
    expect(await saidOf('key.revoked')).toContainEqual({
      ...{ key_id: receipt.key_id, revoked_at: revoked?.['revoked_at'], reason: 'the laptop was stolen' },
    });
    const presented = { operation_id: 'release', operation_kind: 'publish_release', mode: 'prod', receipt };
    await client.until('a refusal for the revoked key', async () => {
      await client.forge(queueNames.publications('acme'), 'receipt.issued', {
        run_id: runId,
        ...presented,
      });
      return (await saidOf('gate.refused')).some(
        ({ reason }) => (reason as { code: string }).code === 'key_revoked',
      );
    });
    expect((await saidOf('gate.refused')).at(-1)).toMatchObject({ check: 'signatures' });

    const waiting = await submit();
    await client.until('it is planned', async () => {
      const { planned } = await client.operation(waiting, 'release');
      return planned !== undefined;
    });
    expect((await client.operation(waiting, 'release')).issued).toBeUndefined();
    const [made] = await keys('generate', 'federation', 'mint');
    await client.ended([waiting]);
    const { phase, issued } = await client.operation(waiting, 'release');
    expect([phase, issued?.data.receipt.key_id]).toEqual(['succeeded', made?.['key_id']]);
    expect(await allReleases(system.url)).toHaveLength(releases + 1);
  }, 90_000);

  it('given what a key signed is asked for, then it is every statement and receipt of it that the journal has, and nothing else', async () => {
    const { keys: listed } = readKeyring(join(the.system.loaded.dataDir, 'keyring.json'));
    const sums = { statements: 0, receipts: 0 };
    for (const { key_id: keyId, purpose } of listed) {
      if (purpose !== 'actor' && purpose !== 'mint') continue;
      const { lines, journal } = await signedInQuiet(keyId);
      const expected = signedIn(journal, keyId);
      const statements = lines.flatMap(({ kind, stream, first_seq: first, last_seq: last }) =>
        kind === 'statement' ? [`${stream} ${first}-${last}`] : [],
      );
      const receipts = lines.flatMap(({ kind, receipt_id: id }) => (kind === 'receipt' ? [String(id)] : []));
      expect(statements).toEqual(expected.statements);
      expect(receipts.sort()).toEqual(expected.receipts.sort());
      expect(lines.at(-1)).toMatchObject({ kind: 'sum' });
      sums.statements += statements.length;
      sums.receipts += receipts.length;
    }
    expect(sums.statements).toBeGreaterThan(20);
    expect(sums.receipts).toBeGreaterThan(4);
  }, 120_000);

  /** What `keys signed` says, and the journal that it said it of: asked again where something was appended meanwhile. */
  const signedInQuiet = async (keyId: string) => {
    const paths = await listJournal(ledgerPaths(the.system.loaded.dataDir).journal);
    const read = () => paths.map(({ path }) => readFileSync(path, 'utf8')).join('');
    for (;;) {
      const journal = read();
      const lines = await keys('signed', keyId);
      if (read() === journal) return { lines, journal };
    }
  };
  /** The journal's own lines, read without what `keys signed` reads them with. */
  const signedIn = (journal: string, keyId: string) => {
    const statements = new Map<number, { stream: string; seqs: number[] }>();
    const receipts: string[] = [];
    let by: unknown;
    let at = 0;
    for (const [number, line] of journal.split('\n').entries()) {
      if (!line.startsWith('S ') && !line.startsWith('E ')) continue;
      const { event, key_id: signer } = JSON.parse(line.slice(2)) as {
        readonly key_id?: string;
        readonly event?: { stream: string; seq: number; type: string; data: { receipt?: Receipt } };
      };
      if (event === undefined) {
        by = signer;
        at = number;
        continue;
      }
      const { receipt } = event.data;
      if (event.type === 'receipt.issued' && receipt?.key_id === keyId) receipts.push(receipt.receipt_id);
      if (by !== keyId) continue;
      const { seqs } = statements.get(at) ?? { seqs: [] };
      statements.set(at, { stream: event.stream, seqs: [...seqs, event.seq] });
    }
    return {
      statements: [...statements.values()].map(({ stream, seqs }) => `${stream} ${seqs[0]}-${seqs.at(-1)}`),
      receipts,
    };
  };

  it('L1: given the ledger’s key is rotated, then it goes over to it, and the journal verifies as a whole', async () => {
    const [made] = await keys('rotate', 'ledger', 'acknowledgement');
    await the.client.until('a commit by the new key', async () => {
      // The client has the keyring of the start: it sees the runs, whose actors’ keys are as they were.
      await ship();
      const lines = await keys('signed', String(made?.['key_id']));
      return lines.some(({ kind }) => kind === 'commit');
    });
    const { dataDir } = the.system.loaded;
    const keyring = readKeyring(join(dataDir, 'keyring.json'));
    const report = await verifyJournal({ dir: join(dataDir, 'ledger', 'journal'), keyring });
    expect(report).toMatchObject({ ok: true });
  }, 90_000);
});
