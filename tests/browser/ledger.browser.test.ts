import { execFile } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { type ConsoleSystem, consoleSystem } from './support/console-system.js';

const verifier = new URL('../../shared/verifier/bin/marketops-verify.js', import.meta.url).pathname;

describe('the screen of the ledger', () => {
  let the: ConsoleSystem;
  let shipped = '';
  beforeAll(async () => {
    the = await consoleSystem();
    [shipped = ''] = await the.client.submit([{ mode: 'prod', operations: [release('v1.0.0')] }]);
    await the.client.ended([shipped]);
  }, 120_000);
  afterAll(() => the?.close());

  const auditor = (options = {}) => the.signedIn('auditor', ['auditor'], options);
  const journal = () => join(the.system.loaded.dataDir, 'ledger', 'journal');

  async function verify(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Verify the ledger' }).click();
    await page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' });
  }

  it('given entries, then they stand newest first, and one that is opened is derived again', async () => {
    const { page, expectGood, close } = await auditor();
    await page.goto('/ledger');
    await page.getByRole('grid').getByText('run.completed').first().waitFor();
    const numbers = await page.getByRole('row').locator('[role=gridcell]:first-child').allTextContents();
    expect(numbers.map(Number)).toEqual(numbers.map(Number).toSorted((a, b) => b - a));
    await expectGood('ledger-entries');

    await page.getByLabel('Type of event').fill('receipt.issued');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL('**/ledger?view=entries&type=receipt.issued');
    await page.getByRole('gridcell', { name: 'receipt.issued' }).waitFor();
    // Not on the button, whose own key Enter is.
    await page.getByRole('grid').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('digest and hash derived again here').waitFor();
    await expectGood('ledger-entry');
    await page.keyboard.press('Escape');

    await page.goto('/ledger?type=nothing.of_the_kind');
    await page.getByText('No entry fits these filters.').waitFor();
    await expectGood('ledger-none-fit');
    await close();
  });

  it('given a ledger that holds, then this browser finds so by itself, and remembers it for the next time', async () => {
    const { page, expectGood, close } = await auditor();
    await page.goto('/ledger?view=verify');
    await page.getByText('This browser has seen nothing of this ledger yet.').waitFor();
    await expectGood('ledger-verify');
    await verify(page);
    await page.getByText(/^All [\d,]+ entries hold$/).waitFor();
    await page.getByText('Compared with nothing seen before').waitFor();
    await page.reload();
    await verify(page);
    await page.getByText('against 1 pin').waitFor();
    await expectGood('ledger-verified');
    await close();
  });

  it('L1: given one letter of the journal was changed on the server’s disk, then the first bad entry and its law are told', async () => {
    const { page, expectGood, close } = await auditor();
    await page.goto('/ledger?view=verify');
    const undo = changeLetter(journal(), 'publish_release', 'publish_relEase');
    try {
      await verify(page);
      await page.getByText(/^The ledger does not hold at entry [\d,]+$/).waitFor();
      await page.getByText('law L1: any change, reorder, removal, cut or fork of the ledger shows').waitFor();
      expect(await page.getByText('entry_changed').count()).toBe(1);
      await expectGood('ledger-tampered');
    } finally {
      undo();
    }
    await verify(page);
    await page.getByText(/^All [\d,]+ entries hold$/).waitFor();
    await close();
  });

  it('L1: given a pin of an entry that is there no more, then the cut end is told', async () => {
    const { page, expectGood, close } = await auditor();
    await page.goto('/ledger?view=verify');
    await page.getByLabel(/^A pin or signed checkpoint/).fill(`999999:${'a'.repeat(64)}`);
    await verify(page);
    await page.getByText('tail_cut').waitFor();
    await expectGood('ledger-cut');
    await page.getByLabel(/^A pin or signed checkpoint/).fill('nonsense');
    await verify(page);
    await page.getByText('Nothing has been judged').waitFor();
    await expectGood('ledger-not-judged');
    await close();
  });

  it('given keys of one’s own that are others, then the ledger is not theirs', async () => {
    const { page, expectGood, close } = await auditor();
    await page.goto('/ledger?view=verify');
    await page.getByLabel('A keyring of my own, kept in this browser').check();
    await page.getByText('Paste the whole of keyring.json').waitFor();
    const own = JSON.parse(readFileSync(join(the.system.loaded.dataDir, 'keyring.json'), 'utf8'));
    const [first, second, ...rest] = own.keys as { public_key: string }[];
    const keys = [
      { ...first, public_key: second?.public_key },
      { ...second, public_key: first?.public_key },
      ...rest,
    ];
    await page.getByLabel(/^keyring.json/).fill(JSON.stringify({ ...own, keys }));
    await verify(page);
    await page.getByText(/^The ledger does not hold at entry/).waitFor();
    await expectGood('ledger-other-keys');
    await close();
  });

  it('given it is cancelled half-way, then nothing has been judged', async () => {
    const { page, expectClean, close } = await auditor();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.context().route('**/v1/ledger/journal/*', async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    await page.goto('/ledger?view=verify');
    await page.getByRole('button', { name: 'Verify the ledger' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText(/^Cancelled.*nothing has been judged\.$/).waitFor();
    release();
    expectClean();
    await close();
  });

  it('L3: given a proof downloaded here, then a stranger verifies it offline with the command that stands beside it', async () => {
    const { page, expectGood, close } = await auditor();
    await page.goto(`/ledger?view=checkpoint&run=${shipped}`);
    await page.getByText('verified in this browser').waitFor();
    await expectGood('ledger-checkpoint');
    const started = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the proof' }).click();
    const file = await started;
    expect(file.suggestedFilename()).toBe(`${shipped}.proof.json`);
    const keyring = join(the.system.loaded.dataDir, 'keyring.json');
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[verifier, 'bundle', await file.path(), '--keyring', keyring],
    ]);
    expect(stdout).toContain('holds');
    expect(
      await page.getByText(`marketops-verify bundle ${shipped}.proof.json --keyring keyring.json`).count(),
    ).toBe(1);
    await close();
  });

  it('given somebody who may not read the whole ledger, then they are told which role it takes', async () => {
    const { page, expectGood, close } = await the.signedIn('local', ['submitter'], { refusals: [403] });
    await page.goto('/ledger?view=verify');
    await verify(page);
    await page.getByText('Nothing has been judged').waitFor();
    await expectGood('ledger-not-allowed');
    await close();
  });
});

/** Changes letters in place, in the first file that has them; the length stays. @returns what puts them back */
function changeLetter(folder: string, from: string, to: string): () => void {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const at = readFileSync(path).indexOf(from);
    if (at < 0) continue;
    const write = (text: string) => {
      const file = openSync(path, 'r+');
      writeSync(file, text, at);
      closeSync(file);
    };
    write(to);
    return () => write(from);
  }
  throw new Error(`no file of ${folder} says ${from}`);
}
