import { eventsPerRun } from '../million/run-events.js';
import { type Percentiles, percentilesOf } from './percentiles.js';
import { aboutOf, consoleRunId, someRuns } from './runs-of.js';

/** One thing that is asked over HTTP: one at a time, and by several at once. */
export interface Asked extends Percentiles {
  readonly what: string;
  /** How many runs fit or stand on the page; null where it is no list. */
  readonly found: number | null;
  readonly bytes: number;
  /** Null where it was not asked for. */
  readonly per_second: number | null;
}

export interface AskedOf {
  /** Of the console, and of the server that does nothing. */
  readonly url: string;
  readonly trivialUrl: string;
  readonly key: string;
  readonly runs: number;
}

const times = 200;
/** At once, where it is about how many a second. */
const connections = 8;
const answerLimitMs = 60_000;

interface Answered {
  readonly bytes: number;
  readonly found: number | null;
}

interface Question {
  readonly what: string;
  /** Of everything that can be asked one, each time about another run. */
  readonly paths: (number: number) => readonly string[];
  readonly times?: number;
  readonly atOnce?: boolean;
}

/** What a page of the console asks, through the whole of the process: who asks, what they may, the search, the answer as JSON. */
export async function measureHttp({ url, trivialUrl, key, runs }: AskedOf): Promise<Asked[]> {
  const headers = { authorization: `Bearer ${key}` };
  const receipts = await receiptsOf(url, headers, runs);
  const asked: Asked[] = [];
  for (const question of questions(receipts, runs)) asked.push(await measure(url, headers, question, runs));
  const trivial = { what: 'a server that does nothing', paths: () => ['/json'], atOnce: true };
  return [await measure(trivialUrl, {}, trivial, runs), ...asked];
}

const list = (query: Readonly<Record<string, string>>): string[] => [
  `/v1/runs?${new URLSearchParams(query)}`,
];

function questions(receipts: ReadonlyMap<number, string>, runs: number): Question[] {
  const some = [...receipts.keys()];
  const near = (number: number): number =>
    some.reduce((best, one) => (Math.abs(one - number) < Math.abs(best - number) ? one : best), some[0] ?? 0);
  const word = 'widgets';
  return [
    { what: 'a route that asks nothing: how to sign in', paths: () => ['/v1/sign-in'], atOnce: true },
    { what: 'who is signed in', paths: () => ['/v1/session'] },
    { what: 'the list: the newest 50', paths: () => list({}), atOnce: true },
    {
      what: 'the list: a page in the middle',
      paths: (n) => list({ cursor: `r1.${((n + 1) * eventsPerRun).toString(36)}` }),
    },
    { what: 'how many are what', paths: () => ['/v1/run-totals'], atOnce: true },
    { what: 'search: of a tenant', paths: (n) => list({ tenant: aboutOf(n).tenantId }) },
    { what: 'search: of a repository', paths: (n) => list({ repository: aboutOf(n).repository }) },
    { what: 'search: of a principal', paths: (n) => list({ principal: aboutOf(n).principal }) },
    { what: 'search: of a status', paths: () => list({ status: 'completed' }) },
    { what: 'search: of a status that none has', paths: () => list({ status: 'failed' }) },
    { what: 'search: of a kind there is none of', paths: () => list({ kind: 'open_pr' }) },
    { what: 'search: since a time', paths: () => list({ since: '2020-01-01T00:00:00.000Z', mode: 'prod' }) },
    { what: 'search: by its receipt', paths: (n) => list({ receipt_id: receipts.get(near(n)) ?? '' }) },
    { what: 'search: by its id', paths: (n) => list({ q: consoleRunId(n) }) },
    { what: 'search: by a word of one run', paths: (n) => list({ q: `million-${n}` }), atOnce: true },
    { what: 'search: by a word of all', paths: () => list({ q: word }) },
    { what: 'search: by two words', paths: (n) => list({ q: `${word}-${n % 500} ci-${n % 15}` }) },
    { what: 'search: by a word of none', paths: () => list({ q: 'nonesuch' }) },
    { what: 'search: a status, counted', paths: () => list({ status: 'completed', total: 'true' }) },
    { what: 'search: by a word of all, counted', paths: () => list({ q: word, total: 'true' }) },
    { what: 'one run', paths: (n) => [`/v1/runs/${consoleRunId(n)}`], atOnce: true },
    {
      what: 'all that the page of a run asks, at once',
      paths: (n) => ['', '/plan', '/timeline'].map((view) => `/v1/runs/${consoleRunId(n)}${view}`),
    },
    { what: `all ${runs} runs as CSV`, paths: () => ['/v1/exports/runs?format=csv'], times: 3 },
  ];
}

async function measure(
  url: string,
  headers: Readonly<Record<string, string>>,
  question: Question,
  runs: number,
): Promise<Asked> {
  const { what, paths, times: many = times, atOnce = false } = question;
  const ask = async (number: number): Promise<Answered[]> =>
    Promise.all(paths(number).map((path) => answer(`${url}${path}`, headers)));
  const about = someRuns(runs, many);
  // A route that was never asked is compiled first.
  for (const number of about.slice(0, 20)) await ask(number);
  const took: number[] = [];
  let last: Answered[] = [];
  for (const number of about) {
    const beganMs = performance.now();
    last = await ask(number);
    took.push(performance.now() - beganMs);
  }
  return {
    ...{ what, ...percentilesOf(took), found: last[0]?.found ?? null },
    bytes: last.reduce((sum, { bytes }) => sum + bytes, 0),
    per_second: atOnce ? await perSecond(ask, about) : null,
  };
}

async function perSecond(
  ask: (number: number) => Promise<unknown>,
  about: readonly number[],
): Promise<number> {
  const all = Array.from({ length: 4 }, () => about).flat();
  const left = [...all];
  const beganMs = performance.now();
  const one = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await ask(next);
  };
  await Promise.all(Array.from({ length: connections }, one));
  return Math.round((all.length * 1_000) / (performance.now() - beganMs));
}

async function answer(url: string, headers: Readonly<Record<string, string>>): Promise<Answered> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(answerLimitMs) });
  const text = await response.text();
  if (response.status !== 200)
    throw new RangeError(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  const isList = /\/v1\/runs\?/.test(url);
  const page = isList ? (JSON.parse(text) as { runs: unknown[]; total: number | null }) : undefined;
  return { bytes: text.length, found: page === undefined ? null : (page.total ?? page.runs.length) };
}

/** Of some runs the receipt, to look them up by. */
async function receiptsOf(
  url: string,
  headers: Readonly<Record<string, string>>,
  runs: number,
): Promise<ReadonlyMap<number, string>> {
  const receipts = new Map<number, string>();
  for (const number of someRuns(runs, 20)) {
    const response = await fetch(`${url}/v1/runs/${consoleRunId(number)}`, { headers });
    const run = (await response.json()) as { operations?: { receipt: { receipt_id: string } | null }[] };
    const id = run.operations?.[0]?.receipt?.receipt_id;
    if (id === undefined)
      throw new RangeError(`run ${number} has no receipt: ${JSON.stringify(run).slice(0, 300)}`);
    receipts.set(number, id);
  }
  return receipts;
}
