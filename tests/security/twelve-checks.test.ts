import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { claimsOf, flipped, mintWith } from '@marketops/cli/testing';
import { type GateCheck, gateChecks, type Receipt } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const publications = queueNames.publications('acme');
const hour = 3_600_000;
const command = new URL('../../services/cli/dist/main.js', import.meta.url).pathname;

interface Timeline {
  readonly phases: readonly {
    readonly steps: readonly { readonly verified: boolean; readonly text: string }[];
  }[];
}

describe('each of the twelve checks, over the real queue, with its event in the ledger', () => {
  let the: TemporarySystem;
  let live: { runId: string; receipt: Receipt };
  let consumed: { runId: string; receipt: Receipt };
  let advisory: object;

  beforeAll(async () => {
    // The sweeper would present the waiting receipt again; here only what a test presents shall be judged.
    the = await temporarySystem({
      config: { timing: { run_deadline_ms: 3_600_000, acknowledgement_wait_ms: 1_000 } },
    });
    const { client, system } = the;
    const [dryRun = '', done = ''] = await client.submit([
      { operations: [release('v0.1.0')] },
      { mode: 'prod', operations: [release('v0.2.0')] },
    ]);
    await client.ended([dryRun, done]);
    advisory = (await client.operation(dryRun, 'release')).advised?.data.advisory ?? {};
    consumed = { runId: done, receipt: receiptOf(await client.operation(done, 'release')) };
    await system.kill('publisher');
    const [waiting = ''] = await client.submit([{ mode: 'prod', operations: [release('v0.3.0')] }]);
    await client.until(
      'a receipt',
      async () => (await client.operation(waiting, 'release')).issued !== undefined,
    );
    live = { runId: waiting, receipt: receiptOf(await client.operation(waiting, 'release')) };
    // Its job stands a moment after its event.
    await client.until(
      'its job',
      async () => (await client.job(publications, live.receipt.receipt_id)) !== undefined,
    );
    await client.drain(publications);
    await system.restart('publisher');
  });
  afterAll(() => the.close());

  const receiptOf = (state: { issued?: { data: { receipt: Receipt } } | undefined }): Receipt => {
    const receipt = state.issued?.data.receipt;
    if (receipt === undefined) throw new TypeError('there is no receipt');
    return receipt;
  };
  const presenting = (receipt: unknown, over: object = {}) => ({
    run_id: live.runId,
    operation_id: 'release',
    operation_kind: 'publish_release',
    mode: 'prod',
    receipt,
    ...over,
  });
  const minted = (over: Parameters<typeof claimsOf>[1]) =>
    mintWith(the.system.loaded.dataDir, claimsOf(live.receipt, over));
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();

  const presentations: Readonly<Partial<Record<GateCheck, () => object>>> = {
    mode: () => presenting(live.receipt, { mode: 'PROD' }),
    presence: () => presenting(undefined),
    signatures: () =>
      presenting({
        ...live.receipt,
        signatures: { ...live.receipt.signatures, ed25519: flipped(live.receipt.signatures.ed25519) },
      }),
    enforceable: () => presenting(advisory),
    audience: () => presenting(minted({ audience: { ...live.receipt.audience, environment: 'elsewhere' } })),
    run_binding: () => presenting(consumed.receipt),
    kind_binding: () => presenting(live.receipt, { operation_kind: 'tag_repo' }),
    operation_binding: () => presenting(minted({ operation_digest: 'f'.repeat(64) })),
    unconsumed: () => presenting(consumed.receipt, { run_id: consumed.runId }),
    unexpired: () =>
      presenting(minted({ issued_at: at(-2 * hour), not_before: at(-2 * hour), expires_at: at(-hour) })),
    fresh: () =>
      presenting(minted({ issued_at: at(-30 * hour), not_before: at(-30 * hour), expires_at: at(hour) })),
    acknowledged: () => presenting(minted({ receipt_id: `rcp_${'0'.repeat(26)}` })),
  };

  it('P1: there is a presentation for every check', () => {
    expect(Object.keys(presentations)).toEqual([...gateChecks]);
  });

  it.each(Object.entries(presentations))(
    'P1, P8: %s refuses, says so on system, and changes nothing',
    async (check, presentation) => {
      const { client, system } = the;
      const before = (await client.refusals()).length;
      const releases = (await allReleases(system.url)).length;
      const seqs = await client.store.lastSeqs([`op/${live.runId}/release`, `op/${consumed.runId}/release`]);
      await client.forge(publications, 'receipt.issued', presentation(), { jobId: `forged-${check}` });
      await client.until(`a refusal by ${check}`, async () => (await client.refusals()).length > before);
      const refused = (await client.refusals()).at(-1);
      expect(refused).toMatchObject({ type: 'gate.refused', actor: 'publisher', data: { check } });
      expect(
        await client.store.lastSeqs([`op/${live.runId}/release`, `op/${consumed.runId}/release`]),
      ).toEqual(seqs);
      expect(await allReleases(system.url)).toHaveLength(releases);
    },
  );

  it('D5: every refusal has its line in the timeline of the run it was claimed for, marked as unverified', async () => {
    const checksOf = async (runId: string) => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [command, 'timeline', runId, '--json', '--config', the.system.configPath],
        { timeout: 30_000 },
      );
      const { phases } = JSON.parse(stdout) as Timeline;
      const claims = phases.flatMap(({ steps }) => steps).filter(({ verified }) => !verified);
      return gateChecks.filter((check) => claims.some(({ text }) => text.includes(check)));
    };
    const refusedHere = gateChecks.filter((check) => check !== 'unconsumed');
    expect(await checksOf(live.runId)).toEqual(expect.arrayContaining([...refusedHere]));
    expect(await checksOf(consumed.runId)).toContain('unconsumed');
  });

  it('O1: given a freeze, then the twelfth check holds the genuine receipt, says so once, and lets it go when it ends', async () => {
    const { client, system } = the;
    await client.store.freeze('tenant:acme', 'an incident');
    await client.forge(publications, 'receipt.issued', presenting(live.receipt), {
      jobId: live.receipt.receipt_id,
    });
    await client.until(
      'a hold',
      async () => (await client.operation(live.runId, 'release')).holds.length > 0,
    );
    expect((await client.operation(live.runId, 'release')).started).toBeUndefined();
    expect((await allReleases(system.url)).some(({ tag_name }) => tag_name === 'v0.3.0')).toBe(false);
    await client.store.unfreeze('tenant:acme');
    await client.ended([live.runId]);
    const state = await client.operation(live.runId, 'release');
    expect(state.holds).toHaveLength(1);
    expect(state.phase).toBe('succeeded');
    expect((await allReleases(system.url)).filter(({ tag_name }) => tag_name === 'v0.3.0')).toHaveLength(1);
  });
});
