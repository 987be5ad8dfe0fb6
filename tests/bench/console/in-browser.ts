import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Percentiles, percentilesOf } from './percentiles.js';
import { consoleRunId, someRuns } from './runs-of.js';

/** One page in a real Chromium, from the start of its navigation; of a search, from its last keystroke. */
export interface Painted {
  readonly what: string;
  /** The first text or picture; null where the page stood there already. */
  readonly first_paint: Percentiles | null;
  /** What one came for: rows, a run’s banner, the line of the trivial page. */
  readonly content: Percentiles;
  /** Over the wire, all files together; next to nothing where they came out of the cache. */
  readonly bytes: number;
}

export interface BrowserAsked {
  readonly url: string;
  readonly trivialUrl: string;
  readonly key: string;
  readonly runs: number;
}

interface Seen {
  readonly visits: readonly (readonly {
    readonly paint_ms: number;
    readonly content_ms: number;
    readonly bytes: number;
  }[])[];
  readonly searches: readonly number[];
}

const program = fileURLToPath(new URL('../../browser/support/painted-process.js', import.meta.url));
const times = 9;
const limitMs = 900_000;

/** @returns undefined where there is no Chromium */
export async function measureBrowser(asked: BrowserAsked): Promise<readonly Painted[] | undefined> {
  if (!existsSync(process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium')) return undefined;
  const { url, key, runs } = asked;
  const about = someRuns(runs, times);
  const visits = visitsOf(asked);
  const painting = {
    ...{ url, key },
    visits: visits.map(({ of, ...visit }) => ({ ...visit, urls: about.map(of) })),
    searches: about.map((number) => ({ text: `million-${number}`, href: `/runs/${consoleRunId(number)}` })),
  };
  const args = [program, JSON.stringify(painting)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: limitMs });
  const seen = JSON.parse(stdout) as Seen;
  const painted = visits.map(({ what }, at): Painted => {
    const pages = seen.visits[at] ?? [];
    return {
      what,
      first_paint: percentilesOf(pages.map(({ paint_ms }) => paint_ms)),
      content: percentilesOf(pages.map(({ content_ms }) => content_ms)),
      bytes: Math.max(...pages.map(({ bytes }) => bytes)),
    };
  });
  const typed = 'a search typed, until its run is shown';
  return [...painted, { what: typed, first_paint: null, content: percentilesOf(seen.searches), bytes: 0 }];
}

function visitsOf({ url, trivialUrl }: BrowserAsked) {
  const trivial = { of: () => trivialUrl, there: '#row', signedIn: false };
  const list = { of: () => `${url}/runs`, there: 'a[href^="/runs/run_"]', signedIn: true };
  const run = { of: (n: number) => `${url}/runs/${consoleRunId(n)}`, there: '.banner', signedIn: true };
  return [
    { what: 'a trivial page', ...trivial, again: false },
    { what: 'Runs, the first time', ...list, again: false },
    { what: 'Runs, again', ...list, again: true },
    {
      ...{ what: 'Runs with a search in the address, again', ...list, again: true },
      of: (n: number) => `${url}/runs?q=million-${n}`,
    },
    { what: 'a run, the first time', ...run, again: false },
    { what: 'a run, again', ...run, again: true },
  ];
}
