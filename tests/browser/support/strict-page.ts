import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Git-ignored; kept as what a run leaves behind. From here, and from where this is built to. */
const artifacts = fileURLToPath(new URL('../artifacts/', import.meta.url).href.replace('/dist/', '/'));

type Scheme = 'light' | 'dark';

export interface StrictPageOptions {
  /** `http://127.0.0.1:<port>`; nothing else may be asked. */
  readonly origin: string;
  readonly scheme?: Scheme;
  /** What a test expects to be refused: statuses that may stand in the page's console. */
  readonly refusals?: readonly number[];
}

/** A page that notes everything it should not do. */
export interface StrictPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** No request left the origin, nothing broke the content policy, no script failed. */
  expectClean(): void;
  /** Screenshots in both schemes, and no violation that axe can find in either. */
  expectGood(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openStrictPage(browser: Browser, options: StrictPageOptions): Promise<StrictPage> {
  const { origin, scheme = 'light', refusals = [] } = options;
  const context = await browser.newContext({
    baseURL: origin,
    colorScheme: scheme,
    viewport: { width: 1_440, height: 900 },
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const faults: string[] = [];
  await context.route(
    (url) => url.origin !== origin && !['data:', 'blob:'].includes(url.protocol),
    (route) => {
      faults.push(`a request left the origin: ${route.request().url()}`);
      return route.abort();
    },
  );
  const page = await context.newPage();
  const allowed = refusals.map((status) => `the server responded with a status of ${status}`);
  page.on('pageerror', ({ message }) => faults.push(`a script failed: ${message}`));
  // Violations of the content policy are told here too.
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (!allowed.some((text) => message.text().includes(text))) faults.push(`console: ${message.text()}`);
  });

  const expectClean = () => expect(faults).toEqual([]);
  return {
    ...{ page, context, expectClean },
    async expectGood(name) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await shoot(page, `${name}-${colorScheme}`);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(toldOf)).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      expectClean();
    },
    close: () => context.close(),
  };
}

type Violation = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'][number];

const toldOf = ({ id, help, nodes }: Violation): string =>
  `${id}: ${help}\n${nodes
    .slice(0, 5)
    .map(({ target, failureSummary }) => `  ${target.join(' ')} ${failureSummary ?? ''}`)
    .join('\n')}`;

/** The whole of the screen, however long it is: the page itself scrolls inside its window. */
async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  const before = page.viewportSize();
  const height = await page.evaluate(() => document.querySelector('.content')?.scrollHeight ?? 0);
  if (before !== null && height > before.height)
    await page.setViewportSize({ ...before, height: Math.min(height, 4_000) });
  await page.screenshot({ path: join(artifacts, `${name}.png`), animations: 'disabled' });
  if (before !== null) await page.setViewportSize(before);
}
