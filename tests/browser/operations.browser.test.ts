import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type ConsoleSystem, consoleSystem } from './support/console-system.js';

describe('the screen of operations', () => {
  let the: ConsoleSystem;
  beforeAll(async () => {
    the = await consoleSystem();
    for (const person of ['alice', 'bob'])
      expect((await the.marketops('approver', 'add', person)).code).toBe(0);
  }, 120_000);
  afterAll(() => the?.close());

  const keyFile = (person: string) =>
    join(the.system.dir, 'home', '.config', 'marketops', 'keys', `${person}.json`);
  const operator = (person: string, options = {}) => the.signedIn(person, ['operator', 'admin'], options);

  async function sim(control: string, body: object): Promise<void> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${the.system.url}/_sim/${control}`, { ...init, body: JSON.stringify(body) });
    if (!answer.ok) throw new TypeError(`${control}: ${await answer.text()}`);
  }

  /** A run whose release was asked for, never made, and cannot be looked up for a while. */
  async function uncertainRun(tag: string): Promise<string> {
    await sim('faults', { faults: [{ kind: 'hang_before', method: 'POST', path_pattern: '/releases$' }] });
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release(tag)] }]);
    await fetch(`${the.system.url}/_sim/hangs?until=held&count=1`);
    const away = { kind: 'bad_gateway_before', method: 'GET', path_pattern: '/releases\\?', count: 10_000 };
    await sim('faults', { faults: [away] });
    await sim('hangs', { release: 'drop' });
    await the.client.ended([runId]);
    expect((await the.client.operation(runId, 'release')).phase).toBe('uncertain');
    await sim('faults', { faults: [] });
    return runId;
  }

  /** Fills in an order that is on the screen, and gives it. */
  async function give(page: Page, person: string, reason: string, button: string): Promise<void> {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Signed with').waitFor();
    const file = dialog.getByLabel('Key file');
    if ((await file.count()) > 0) await file.setInputFiles(keyFile(person));
    await dialog.getByLabel(/^Reason/).fill(reason);
    await dialog.getByRole('button', { name: button }).click();
  }

  it('given a system at rest, then queues, lag, limits and what is dead are well, and said to be', async () => {
    const { page, expectGood, close } = await operator('alice');
    await page.goto('/operations');
    await page.getByRole('cell', { name: '{authorizations}' }).waitFor();
    expect(await page.getByRole('link', { name: 'Open Bull Board' }).getAttribute('href')).toBe('/queues');
    await expectGood('operations-system');
    await page.getByRole('link', { name: 'Uncertain and dead' }).click();
    await page.getByText('Nothing is dead.').waitFor();
    await expectGood('operations-nothing-dead');
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByRole('cell', { name: /^alice-/ }).waitFor();
    await expectGood('operations-keys');
    await close();
  });

  it('O1, O2: given alice freezes a repository, then nothing starts there until bob, not she, lifts it', async () => {
    const alice = await operator('alice', { refusals: [409] });
    const { page } = alice;
    await page.goto('/operations?view=freezes');
    await page.getByText('Nothing is frozen.').waitFor();
    await page.getByLabel('Name of the repository').fill('Acme/Widgets');
    await page.getByRole('button', { name: 'Freeze …' }).click();
    await page.getByText('the repository acme/widgets (repository:acme/widgets)').waitFor();
    await alice.expectGood('operations-freeze-order');
    await give(page, 'alice', 'the notes look wrong', 'Sign and freeze');
    await page.getByText('Frozen: the repository acme/widgets').waitFor();
    await alice.expectGood('operations-frozen');

    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release('v1.0.0')] }]);
    await the.client.until('it is planned', async () => (await the.client.run(runId)).planned !== undefined);

    await page.getByRole('button', { name: 'Unfreeze …' }).click();
    await give(page, 'alice', 'never mind', 'Sign and unfreeze');
    await page.getByText('second_person_needed').waitFor();
    await alice.expectGood('operations-second-person');
    expect(await allReleases(the.system.url)).toEqual([]);

    const bob = await operator('bob');
    await bob.page.goto('/operations');
    await bob.page.getByRole('link', { name: 'Who, why, and how to lift it' }).click();
    await bob.page.getByText(/the notes look wrong$/).waitFor();
    await bob.page.getByRole('button', { name: 'Unfreeze …' }).click();
    await give(bob.page, 'bob', 'they are right after all', 'Sign and unfreeze');
    await bob.page.getByText('the repository acme/widgets is no longer frozen.').waitFor();
    await the.client.ended([runId]);
    expect(await allReleases(the.system.url)).toMatchObject([{ tag_name: 'v1.0.0' }]);
    bob.expectClean();
    await Promise.all([alice.close(), bob.close()]);
  });

  it('given an operation of which nobody knows the end, then it is reconciled here, and tried again where there was none', async () => {
    const runId = await uncertainRun('v2.0.0');
    const { page, expectGood, close } = await operator('alice');
    await page.goto('/operations?view=dead');
    const letter = page.getByRole('article').filter({ hasText: runId });
    await letter.getByText('uncertain', { exact: true }).waitFor();
    await expectGood('operations-uncertain');
    await letter.getByRole('button', { name: 'Reconcile …' }).click();
    await page.getByText('Have it looked up again').waitFor();
    await expectGood('operations-reconcile');
    await give(page, 'alice', 'GitHub is back', 'Sign and reconcile');
    await page.getByText(/^Ordered: the publisher looks up release/).waitFor();
    await the.client.until(
      'it is found out',
      async () => (await the.client.operation(runId, 'release')).phase === 'failed',
    );

    await page.reload();
    await letter.getByText('failed', { exact: true }).waitFor();
    await letter.getByRole('button', { name: 'Redrive …' }).click();
    await page.getByText('Policy, evidence and approvals are asked again').waitFor();
    await expectGood('operations-redrive');
    await give(page, 'alice', 'it was never made', 'Sign and redrive');
    await page.getByText('Ordered: release will be tried again.').waitFor();
    await the.client.until(
      'it is released',
      async () => (await the.client.operation(runId, 'release')).phase === 'succeeded',
    );
    await close();
  });

  it('given an administrator, then a key of the API is made, its secret shown once, and revoked for good', async () => {
    const { page, expectGood, close } = await operator('alice');
    await page.goto('/operations?view=keys');
    await page.getByLabel('Name', { exact: true }).fill('release pipeline');
    await page.getByLabel(/^Principal/).fill('local');
    await page.getByLabel(/^Tenants/).fill('acme');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('The secret of release pipeline, shown this once').waitFor();
    await page.getByText(/^mo_[a-z0-9]{16}_/).waitFor();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    const row = page.getByRole('row').filter({ hasText: 'release pipeline' });
    await row.getByText('submitter for acme').waitFor();
    await expectGood('operations-api-keys');
    await row.getByRole('button', { name: 'Revoke …' }).click();
    await page.getByRole('button', { name: 'Revoke it for good' }).click();
    await row.getByText('revoked').waitFor();
    expect(await page.getByText(/^mo_[a-z0-9]{16}_/).count()).toBe(0);
    await close();
  });

  it('given somebody without such roles, then each part says who may see it, and nothing can be ordered', async () => {
    const { page, expectGood, close } = await the.signedIn('local', ['submitter']);
    await page.goto('/operations');
    await page.getByText('The state of the whole system is shown to operators').waitFor();
    await expectGood('operations-not-allowed');
    await page.goto('/operations?view=freezes');
    await page.getByText('Nothing is frozen.').waitFor();
    expect(await page.getByRole('button', { name: /Freeze/ }).count()).toBe(0);
    await page.goto('/operations?view=keys');
    await page.getByRole('cell', { name: /^alice-/ }).waitFor();
    expect(await page.getByText('API keys').count()).toBe(0);
    await close();
  });
});
