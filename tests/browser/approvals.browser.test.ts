import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type ConsoleSystem, consoleSystem } from './support/console-system.js';

const policy = `
@id("two-people-for-widgets")
@reason("A release of acme/widgets is approved by two people.")
@remedy("Ask two approvers: marketops approvals lists what waits.")
@approvals("2")
forbid (principal, action == Action::"publish_release", resource == Repository::"acme/widgets")
unless { context.approval_count >= 2 };

@id("a-release-manager-for-widgets")
@reason("A release of acme/widgets is approved by a release manager.")
@remedy("Ask somebody of the group release-managers.")
@approvals("1")
@approver_group("release-managers")
forbid (principal, action == Action::"publish_release", resource == Repository::"acme/widgets")
unless { context.approvals.contains("release-managers:1") };
`;

describe('the inbox of approvals', () => {
  let the: ConsoleSystem;
  beforeAll(async () => {
    the = await consoleSystem();
    writeFileSync(join(the.system.dir, 'policies', 'two-people.cedar'), policy);
    for (const [person, ...groups] of [['alice', '--group', 'release-managers'], ['bob']] as const)
      expect((await the.marketops('approver', 'add', person, ...groups)).code).toBe(0);
    await the.client.until('the policies are in force', async () => {
      const last = (await the.client.systemEvents()).findLast(({ type }) => type === 'policy.loaded');
      // Two more than `init` writes.
      return last?.type === 'policy.loaded' && last.data.policies > 5;
    });
  }, 120_000);
  afterAll(() => the?.close());

  const keyFile = (person: string) =>
    join(the.system.dir, 'home', '.config', 'marketops', 'keys', `${person}.json`);
  const approver = (person: string, options = {}) => the.signedIn(person, ['approver'], options);

  /** A release that waits for people. */
  async function waiting(tag: string, more: object = {}): Promise<string> {
    const [runId = ''] = await the.client.submit([
      { mode: 'prod', operations: [{ ...release(tag), body: 'Faster by half.', ...more }] },
    ]);
    const asked = async () => (await the.client.run(runId)).approvalRequests.length > 0;
    await the.client.until('people are asked', asked);
    return runId;
  }

  async function review(page: Page, runId: string, person: string): Promise<void> {
    await page.goto(`/approvals?run=${runId}`);
    await sign(page, person);
  }

  /** With what is filled in already. */
  async function sign(page: Page, person: string): Promise<void> {
    await page.getByLabel('Signed with').waitFor();
    const file = page.getByLabel('Key file');
    if ((await file.count()) > 0) await file.setInputFiles(keyFile(person));
    await page.getByRole('button', { name: /^Review/ }).click();
  }

  it('given nothing waits, then it says when something would', async () => {
    const { page, expectGood, close } = await approver('alice');
    await page.goto('/approvals');
    await page.getByText('Nothing waits for people.').waitFor();
    await expectGood('approvals-none');
    await close();
  });

  it('given two people sign in their browsers exactly what is shown, then it is released, and not before', async () => {
    const title = 'Widgets <img src=x onerror="document.title=1"> 1.4';
    const runId = await waiting('v1.4.0', { release_name: title });
    const alice = await approver('alice');
    await alice.page.goto('/approvals');
    await alice.page.getByText('derived again in this browser').waitFor();
    // Whatever stands in a title is text.
    expect(await alice.page.getByText(title, { exact: true }).count()).toBe(1);
    expect(await alice.page.locator('main img').count()).toBe(0);
    await alice.expectGood('approvals-waiting');

    await review(alice.page, runId, 'alice');
    await alice.page.getByRole('dialog', { name: 'You approve' }).waitFor();
    await alice.expectGood('approvals-sign');
    await alice.page.getByRole('button', { name: 'Sign and approve' }).click();
    await alice.page.getByText('Said, and in the ledger').waitFor();
    await alice.page.getByText('1 of 2', { exact: true }).waitFor();
    expect(await allReleases(the.system.url)).toEqual([]);
    await alice.expectGood('approvals-said');

    const bob = await approver('bob');
    await review(bob.page, runId, 'bob');
    await bob.page.getByRole('button', { name: 'Sign and approve' }).click();
    await bob.page.getByText('Said, and in the ledger').waitFor();
    await the.client.ended([runId]);
    await bob.page.getByText('The run has ended').waitFor();
    await bob.expectGood('approvals-released');
    expect(await allReleases(the.system.url)).toMatchObject([{ tag_name: 'v1.4.0', name: title }]);
    await Promise.all([alice.close(), bob.close()]);
  });

  it('given what was signed is altered on the way, or sent again, then it is refused in words', async () => {
    const runId = await waiting('v1.5.0');
    const { page, expectGood, close } = await approver('alice', { refusals: [403, 409, 422] });
    let genuine = '';
    await page.route(`**/v1/runs/${runId}/approvals`, async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      genuine = route.request().postData() ?? '';
      return route.continue({ postData: JSON.stringify({ ...JSON.parse(genuine), reason: 'not my words' }) });
    });
    await review(page, runId, 'alice');
    await page.getByRole('button', { name: 'Sign and approve' }).click();
    const refused = page.getByRole('dialog').getByRole('alert');
    await refused.waitFor();
    expect(await refused.textContent()).toContain('Nothing was said');
    await expectGood('approvals-altered-on-the-way');
    expect((await the.client.run(runId)).approvals).toEqual([]);

    await page.unroute(`**/v1/runs/${runId}/approvals`);
    const send = () =>
      page.evaluate(
        async ({ path, body }) => {
          const headers = { 'content-type': 'application/json' };
          return (await fetch(path, { method: 'POST', headers, body })).status;
        },
        { path: `/v1/runs/${runId}/approvals`, body: genuine },
      );
    expect(await send()).toBe(201);
    expect(await send()).toBeGreaterThanOrEqual(400);
    expect((await the.client.run(runId)).approvals).toHaveLength(1);

    // It stands, and she takes it back.
    await page.reload();
    await page.getByLabel('Take back my approval').check();
    await page.getByLabel('Reason').fill('found a mistake');
    await sign(page, 'alice');
    await page.getByRole('button', { name: 'Sign and take it back' }).click();
    await page.getByText('takes it back: found a mistake').waitFor();
    await page.getByText('0 of 2', { exact: true }).waitFor();
    await close();
  });

  it('given a server that shows another operation than was planned, then the page says so, and nothing can be signed', async () => {
    const runId = await waiting('v1.6.0');
    const { page, expectGood, close } = await approver('alice');
    await page.route(`**/v1/runs/${runId}/plan`, async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      await route.fulfill({
        response: answer,
        body: text.replaceAll('"Faster by half."', '"Slower by half."'),
      });
    });
    await page.goto(`/approvals?run=${runId}`);
    await page.getByText('Do not sign: this is not what was planned').waitFor();
    expect(await page.getByRole('button', { name: /^Review/ }).count()).toBe(0);
    await expectGood('approvals-not-what-was-planned');
    await close();
  });

  it('given a denial with its reason, then the operation ends in these words', async () => {
    const runId = await waiting('v1.7.0');
    const { page, expectClean, close } = await approver('bob');
    await page.goto(`/approvals?run=${runId}`);
    await page.getByLabel('Deny').check();
    await page.getByText('Say why').waitFor();
    await page.getByLabel('Reason').fill('the notes name the wrong version');
    await sign(page, 'bob');
    await page.getByRole('button', { name: 'Sign and deny' }).click();
    await the.client.ended([runId]);
    await page.getByText('no: the notes name the wrong version').waitFor();
    expectClean();
    await close();
  });

  it('given one’s own plan, then it says so, how to stop it, and offers no form that could do nothing', async () => {
    await waiting('v1.7.9');
    const runId = await waiting('v1.8.0');
    const { page, expectGood, close } = await approver('local');
    await page.goto(`/approvals?run=${runId}`);
    await page.getByText('Your approval would not count').waitFor();
    await page.getByText('To stop it yourself, cancel it').waitFor();
    expect(await page.getByLabel('Approve').count()).toBe(0);
    expect(await page.getByLabel('Deny').count()).toBe(0);
    await expectGood('approvals-own-plan');
    await page.keyboard.press('k');
    await page.waitForURL((url) => url.pathname === '/approvals' && url.searchParams.get('run') !== runId);
    await close();
  });

  it('given no key yet, then one is made here, with the line to hand over', async () => {
    const runId = await waiting('v1.9.0');
    const { page, expectGood, close } = await approver('carol');
    await page.goto(`/approvals?run=${runId}`);
    await page.getByText('No key of yours is listed here yet').waitFor();
    await page.getByRole('button', { name: 'Make a key kept in this browser' }).click();
    await page.getByText(/^marketops approver add carol --public-key [A-Za-z0-9+/]{43}=$/).waitFor();
    await expectGood('approvals-no-key');
    await close();
  });
});
