import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { type ConsoleSystem, consoleSystem } from './support/console-system.js';
import type { StrictPage } from './support/strict-page.js';

describe('a run that waits for something else than people', () => {
  let the: ConsoleSystem;
  let strict: StrictPage;
  let page: Page;
  beforeAll(async () => {
    the = await consoleSystem({
      timing: { receipt_ttl_ms: 3_000 },
      publisher: { accounts: { acme: { starts_per_hour: 1 } } },
    });
    strict = await the.signedIn('local', ['submitter', 'operator']);
    page = strict.page;
  }, 120_000);
  afterAll(async () => {
    await strict?.close();
    await the?.close();
  });

  const submit = async (tag: string): Promise<string> => {
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release(tag)] }]);
    return runId;
  };
  const why = (title: string) => page.locator('.why').filter({ hasText: title }).first();

  it('given federation is away, then it says that it has no receipt, and goes on when that is back', async () => {
    await the.system.kill('federation');
    const runId = await submit('v1.0.0');
    await page.goto('/runs');
    await page.locator(`a[href="/runs/${runId}"]`).click();
    await why('It has no receipt').waitFor();
    await page.locator('.banner.tone-blue').filter({ hasText: 'Prod: waiting' }).waitFor();
    await strict.expectGood('run-missing-receipt');
    await the.system.restart('federation');
    await the.client.ended([runId]);
    await page.locator('.banner.tone-green').filter({ hasText: 'Prod: shipped' }).waitFor();
    strict.expectClean();
  });

  it('given the account’s hour is spent, then it is throttled, and says what to do', async () => {
    const runId = await submit('v1.0.1');
    await the.client.until(
      'a hold',
      async () => (await the.client.operation(runId, 'release')).holds.length > 0,
    );
    await page.goto(`/runs/${runId}`);
    await why('Throttled').getByText('What to do:').waitFor();
    // Every check holds and it does not ship: that is not green.
    await page.locator('.banner.tone-blue').filter({ hasText: 'Prod: authorized, but held' }).waitFor();
    await why('Throttled')
      .getByText(/^Until .* at the latest/)
      .waitFor();
    await strict.expectGood('run-throttled');
  });

  it('given a receipt that nobody uses in time, then it counts down to its expiry, and says that it has expired', async () => {
    await the.system.kill('publisher');
    const runId = await submit('v1.0.2');
    await the.client.until(
      'a receipt',
      async () => (await the.client.operation(runId, 'release')).issued !== undefined,
    );
    await page.goto(`/runs/${runId}`);
    const blue = page.locator('.banner.tone-blue').filter({ hasText: 'the receipt has expired' });
    await blue.first().waitFor();
    await strict.expectGood('run-expired');
    expect(await page.getByText('Prod: authorized', { exact: true }).count()).toBe(0);
  });
});
