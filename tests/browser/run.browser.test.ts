import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flipped } from '@marketops/cli/testing';
import type { Receipt } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { type ConsoleSystem, consoleSystem } from './support/console-system.js';
import type { StrictPage } from './support/strict-page.js';

const policies = `
@id("people-for-prereleases")
@reason("A prerelease is approved by a release manager.")
@remedy("Ask one of them.")
@approvals("1")
@approver_group("release-managers")
forbid (principal, action == Action::"publish_release", resource)
when { context.prerelease }
unless { context.approvals.contains("release-managers:1") };

@id("no-drafts")
@reason("Drafts are not published from here.")
@remedy("Publish it for everybody, or not at all.")
forbid (principal, action == Action::"publish_release", resource)
when { context.draft };
`;

describe('the screen of one run', () => {
  let the: ConsoleSystem;
  let strict: StrictPage;
  let page: Page;
  beforeAll(async () => {
    the = await consoleSystem();
    writeFileSync(join(the.system.dir, 'policies', 'browser.cedar'), policies);
    await the.client.until('the policies are in force', async () => {
      const last = (await the.client.systemEvents()).findLast(({ type }) => type === 'policy.loaded');
      // Two more than init writes.
      return last?.type === 'policy.loaded' && last.data.policies > 5;
    });
    strict = await the.signedIn('local', ['submitter', 'approver', 'operator', 'auditor']);
    page = strict.page;
  }, 120_000);
  afterAll(async () => {
    await strict?.close();
    await the?.close();
  });

  const submit = async (mode: string, operation: object, over: object = {}): Promise<string> => {
    const [runId = ''] = await the.client.submit([{ mode, operations: [operation], ...over }]);
    return runId;
  };
  const ended = async (mode: string, operation: object, over: object = {}): Promise<string> => {
    const runId = await submit(mode, operation, over);
    await the.client.ended([runId]);
    return runId;
  };
  /** The banner above the run, once it says that. */
  const banner = async (runId: string, title: string) => {
    await page.goto(`/runs/${runId}`);
    const found = page.locator('.banner').filter({ hasText: title }).first();
    await found.waitFor();
    return found;
  };
  const why = (title: string) => page.locator('.why').filter({ hasText: title }).first();

  it('given a dry run, then it is gold, blocked and safe; what it would change is shown, and its state can be replayed', async () => {
    const operation = { ...release('v0.1.0'), body: '# First\n\nRounder than ever.\n' };
    const runId = await ended('dry_run', operation);
    const gold = await banner(runId, 'Dry run: blocked, safe');
    expect(await gold.getAttribute('class')).toContain('tone-gold');
    await why('It is a dry run').waitFor();
    await page.locator('.diff-added').getByText('Rounder than ever.').waitFor();
    await page.getByText('Plan', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Replay its state' }).click();
    await page.getByText(/After event [1-9]\d* of \d+/).waitFor();
    await page.getByRole('slider').press('Home');
    await page.getByText(/After event 0 of [1-9]/).waitFor();
    await page.getByRole('button', { name: 'On', exact: true }).click();
    await page.getByText(/After event 1 of/).waitFor();
    await page.locator('.step summary').first().click();
    await page.getByText('Ledger entry').waitFor();
    await strict.expectGood('run-dry-run');
  });

  it('given a policy says no, then its own reason and remedy are shown', async () => {
    const runId = await ended('prod', { ...release('v0.2.0'), draft: true });
    await banner(runId, 'Prod: blocked');
    const panel = why('A policy says no');
    await panel.getByText('Drafts are not published from here.').waitFor();
    await panel.getByText('Publish it for everybody, or not at all.').waitFor();
    await strict.expectGood('run-policy-violation');
  });

  it('given a prerequisite is missing, then it says which', async () => {
    const runId = await ended('prod', { ...release('v0.3.0'), target: 'no-such-branch' });
    await banner(runId, 'Prod: blocked');
    await why('A prerequisite is missing').waitFor();
    await strict.expectGood('run-missing-prerequisite');
  });

  it('given a request that cannot be planned, then its faults', async () => {
    const runId = await ended('prod', { ...release('v0.4.0'), body: 'Rounder \u202ethan ever.' });
    await banner(runId, 'Rejected: it could not be planned');
    await page.getByText('operations[0].body', { exact: true }).waitFor();
    await strict.expectGood('run-rejected');
  });

  it('given a run that waits for people, then it is blue; a cancel asked for here ends it', async () => {
    const runId = await submit('prod', { ...release('v0.5.0'), prerelease: true });
    await the.client.until(
      'somebody is asked',
      async () => (await the.client.run(runId)).approvalRequests.length > 0,
    );
    const blue = await banner(runId, 'Prod: waiting');
    expect(await blue.getAttribute('class')).toContain('tone-blue');
    await why('It waits for approval').getByText('A prerelease is approved by a release manager.').waitFor();
    const approvals = page.getByRole('link', { name: 'Open its approvals' });
    expect(await approvals.getAttribute('href')).toContain(runId);
    await strict.expectGood('run-waiting');
    await page.getByRole('button', { name: 'Cancel …' }).click();
    await page.getByLabel('Reason, for the ledger').fill('not today');
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('The planner has been told.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
    // Nobody reloads: the ledger's word comes by itself.
    await page.locator('.banner').filter({ hasText: 'Cancelled' }).waitFor();
    expect((await the.client.run(runId)).completed?.data.status).toBe('cancelled');
    strict.expectClean();
  });

  it('given it shipped, then it is green with where it went, and its proof can be taken away', async () => {
    const runId = await ended('prod', release('v0.6.0'));
    const green = await banner(runId, 'Prod: shipped');
    expect(await green.getAttribute('class')).toContain('tone-green');
    await green.locator('summary').click();
    expect(await green.locator('.check').count()).toBe(12);
    expect(await green.locator('.check-red').count()).toBe(0);
    await strict.expectGood('run-shipped');
    const proof = page.getByRole('link', { name: 'Proof' });
    await proof.waitFor();
    // Before the next checkpoint covers it there is none: that comes within a second.
    await the.client.until('a proof', async () => {
      const key = the.key('local', ['auditor'], 'all');
      return (await the.ask(key, `/v1/runs/${runId}/proof`)).status === 200;
    });
    const download = page.waitForEvent('download');
    await proof.click();
    expect((await download).suggestedFilename()).toBe(`${runId}.proof.json`);
  });

  it('given a receipt that waits for the publisher, then it is green with all twelve checks and a countdown; a freeze and a forgery show', async () => {
    const { client, system } = the;
    await system.kill('publisher');
    const runId = await submit('prod', release('v0.7.0'));
    await client.until(
      'a receipt',
      async () => (await client.operation(runId, 'release')).issued !== undefined,
    );
    const green = await banner(runId, 'Prod: authorized');
    expect(await green.getAttribute('class')).toContain('tone-green');
    expect(await green.locator('.check').count()).toBe(12);
    await green.getByText('All twelve checks hold.').waitFor();
    const left = green.getByRole('timer');
    const first = await left.textContent();
    expect(first).toMatch(/^\d+:\d\d/);
    await page.waitForFunction(
      (before) => document.querySelector('[role=timer]')?.textContent !== before,
      first,
    );
    await strict.expectGood('run-authorized');

    for (const name of ['alice', 'bob']) expect((await the.marketops('approver', 'add', name)).code).toBe(0);
    const order = ['--repository', 'acme/widgets', '--reason', 'an incident', '--as', 'alice'];
    expect((await the.marketops('freeze', ...order)).code).toBe(0);
    await page.reload();
    await why('Frozen').waitFor();
    await page.locator('.banner.tone-blue').filter({ hasText: 'Prod: authorized, but held' }).waitFor();
    await strict.expectGood('run-frozen');

    const receipt = (await client.operation(runId, 'release')).issued?.data.receipt as Receipt;
    const { ed25519 } = receipt.signatures;
    const forged = { ...receipt, signatures: { ...receipt.signatures, ed25519: flipped(ed25519) } };
    const job = { run_id: runId, operation_id: 'release', operation_kind: 'publish_release', mode: 'prod' };
    await client.forge(queueNames.publications('acme'), 'receipt.issued', { ...job, receipt: forged });
    await system.restart('publisher');
    await client.until('a refusal', async () => (await client.refusals()).length > 0);
    const alert = page.getByRole('alert').filter({ hasText: 'Security alert: forged signature' });
    await alert.first().waitFor();
    await alert.first().getByText('an unverified claim', { exact: false }).waitFor();
    await strict.expectGood('run-forged-signature');
  });

  it('given an id that is none, then it says so, and what to do', async () => {
    const lost = await the.signedIn('local', ['auditor'], { refusals: [404] });
    await lost.page.goto(`/runs/run_${'0'.repeat(26)}`);
    await lost.page.getByRole('alert').filter({ hasText: 'There is no such run' }).waitFor();
    await lost.expectGood('run-unknown');
    await lost.close();
  });
});
