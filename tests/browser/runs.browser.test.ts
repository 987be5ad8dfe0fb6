import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { type ConsoleSystem, consoleSystem } from './support/console-system.js';

const everyRole = ['submitter', 'approver', 'operator', 'auditor', 'admin'] as const;

describe('the screen of all runs', () => {
  let the: ConsoleSystem;
  beforeAll(async () => {
    the = await consoleSystem();
  }, 120_000);
  afterAll(() => the?.close());

  const tags = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `v${prefix}.${n}`);
  const submit = (mode: string, names: readonly string[]) =>
    the.client.submit(names.map((tag) => ({ mode, operations: [release(tag)] })));

  it('given nobody is signed in, then it asks for a key, and one that is none is refused with words', async () => {
    const { page, expectGood, close } = await the.open({ refusals: [401] });
    await page.goto('/runs');
    await page.getByLabel('API key').fill('mo_nonsense');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('You are not signed in');
    await expectGood('sign-in-refused');
    await close();
  });

  it('given no runs yet, then it says how one asks for the first', async () => {
    const { page, expectGood, close } = await the.signedIn('local', everyRole);
    await page.getByText('There are no runs yet.').waitFor();
    await expectGood('runs-none');
    await close();
  });

  it('given a page that is open, then runs appear and end on it as the ledger takes them', async () => {
    const { page, expectClean, close } = await the.signedIn('local', everyRole);
    await page.getByText('Live', { exact: true }).waitFor();
    const [runId = ''] = await submit('dry_run', ['v0.1.0']);
    const row = page.getByRole('row').filter({ has: page.locator(`a[href="/runs/${runId}"]`) });
    await row.getByText('blocked', { exact: true }).waitFor();
    expect(await row.getByText('dry run').count()).toBe(1);
    expectClean();
    await close();
  });

  it('given many runs, then search, filters and keys find them, and the URL holds what is shown', async () => {
    const dry = await submit('dry_run', tags('2.0', 40));
    const prod = await submit('prod', tags('3.0', 8));
    await the.client.ended([...dry, ...prod], 90_000);
    const { page, expectGood, close } = await the.signedIn('local', everyRole);
    await page.getByText('49 runs').waitFor();
    await expectGood('runs');

    await page.keyboard.press('/');
    await page.keyboard.type('v3.0.7');
    await page.getByText('1 run fit').waitFor();
    expect(new URL(page.url()).search).toBe('?q=v3.0.7');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/runs/${prod[7]}`);

    await page.goto('/runs?mode=dry_run&status=blocked,nonsense');
    await page.getByText('41 runs fit').waitFor();
    expect(await page.getByRole('button', { name: /^blocked/ }).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: /^all/ }).click();
    await page.waitForURL('**/runs?mode=dry_run');
    await page.goto('/runs?q=nothing-of-the-kind');
    await page.getByText('No run fits.').waitFor();
    await expectGood('runs-none-fit');

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    await expectGood('keys');
    await close();
  });

  it('given some are selected, then the preview says by name what would happen, and that is what happens', async () => {
    const [ended = ''] = await submit('dry_run', ['v4.0.0']);
    await the.client.ended([ended]);
    const { page, expectGood, close } = await the.signedIn('local', everyRole);
    await page.goto('/runs?q=v4.0.0');
    await page.getByText('1 run fit').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByRole('button', { name: 'Retry …' }).click();
    await page.getByText('would be asked for again').waitFor();
    await page.getByLabel('Reason, for the ledger').fill('seen in the browser');
    await expectGood('runs-bulk');
    await page.getByRole('button', { name: 'Retry 1 run' }).click();
    await page.getByText('1 run asked for again.').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByText('2 runs fit').waitFor();
    await close();
  });

  it('given an export, then the file has the runs that fit, one per line', async () => {
    const { page, close } = await the.signedIn('local', everyRole);
    await page.goto('/runs?q=v4.0.0');
    const started = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV' }).click();
    const file = await started;
    const stream = await file.createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString('utf8').trim().split('\n');
    expect(lines).toHaveLength(3);
    await close();
  });
});
