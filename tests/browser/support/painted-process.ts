import type { Browser, BrowserContext } from 'playwright-core';
import { openChromium } from './chromium.js';

/**
 * When pages have painted, in a real Chromium, as a process of its own: `<JSON of Painting>`. It prints the JSON of `PageSeen[]` for
 * each visit, in order, and then the milliseconds of each search. Times are from the start of a navigation.
 */
interface Painting {
  /** The console, and a key to sign in with. */
  readonly url: string;
  readonly key: string;
  readonly visits: readonly Visit[];
  /** Typed into the box of the Runs screen, each until its link is shown. */
  readonly searches: readonly { readonly text: string; readonly href: string }[];
}

interface Visit {
  readonly urls: readonly string[];
  /** A selector of what one came for. */
  readonly there: string;
  /** With what the browser kept of an earlier visit. */
  readonly again: boolean;
  readonly signedIn: boolean;
}

interface PageSeen {
  readonly paint_ms: number;
  readonly content_ms: number;
  /** Over the wire, all files together. */
  readonly bytes: number;
}

const limit = { timeout: 60_000, polling: 'raf' } as const;
const { url: origin, key, visits, searches } = JSON.parse(process.argv[2] ?? '') as Painting;

/** A browser that has seen nothing yet, and whose cookie says who it is. */
async function contextFor(browser: Browser, signedIn: boolean): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  if (!signedIn) return context;
  const headers = { origin, 'sec-fetch-site': 'same-origin' };
  const answer = await context.request.post(`${origin}/v1/session`, { headers, data: { api_key: key } });
  if (!answer.ok()) throw new RangeError(`signing in: ${answer.status()} ${await answer.text()}`);
  return context;
}

async function seen(context: BrowserContext, url: string, there: string): Promise<PageSeen> {
  const page = await context.newPage();
  try {
    await page.goto(url, { waitUntil: 'commit', timeout: limit.timeout });
    const content = await page.waitForFunction(
      (selector) => document.querySelector(selector) !== null && performance.now(),
      there,
      limit,
    );
    const paint = await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      undefined,
      limit,
    );
    const bytes = await page.evaluate(() =>
      (['navigation', 'resource'] as const)
        .flatMap((type) => performance.getEntriesByType(type) as PerformanceResourceTiming[])
        .reduce((sum, { transferSize }) => sum + transferSize, 0),
    );
    return {
      paint_ms: Number(await paint.jsonValue()),
      content_ms: Number(await content.jsonValue()),
      bytes,
    };
  } finally {
    await page.close();
  }
}

async function visited(browser: Browser, { urls, there, again, signedIn }: Visit): Promise<PageSeen[]> {
  const kept = again ? await contextFor(browser, signedIn) : undefined;
  if (kept !== undefined) await seen(kept, urls[0] ?? '', there);
  const all: PageSeen[] = [];
  for (const url of urls) {
    const context = kept ?? (await contextFor(browser, signedIn));
    all.push(await seen(context, url, there));
    if (kept === undefined) await context.close();
  }
  await kept?.close();
  return all;
}

/** From the last keystroke: what the box waits for more keystrokes is in it. */
async function searched(browser: Browser): Promise<number[]> {
  const context = await contextFor(browser, true);
  const page = await context.newPage();
  const took: number[] = [];
  await page.goto(`${origin}/runs`);
  await page.locator('a[href^="/runs/run_"]').first().waitFor();
  for (const { text, href } of searches) {
    await page.getByLabel('Search', { exact: true }).fill(text);
    const beganMs = await page.evaluate(() => performance.now());
    const shown = await page.waitForFunction(
      (link) => document.querySelector(`a[href="${link}"]`) !== null && performance.now(),
      href,
      limit,
    );
    took.push(Number(await shown.jsonValue()) - beganMs);
  }
  await context.close();
  return took;
}

const browser = await openChromium();
try {
  const all: PageSeen[][] = [];
  for (const visit of visits) all.push(await visited(browser, visit));
  process.stdout.write(`${JSON.stringify({ visits: all, searches: await searched(browser) })}\n`);
} finally {
  await browser.close();
}
