import { join } from 'node:path';
import { foldOperation, operationStream } from '@marketops/contracts';
import { verifyJournal } from '@marketops/verifier/node';
import { allReleases } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';
import type { ScenarioResult } from './run-scenario.js';

/** What GET /_sim/limits says of one token, as far as it is looked at here. */
interface Caller {
  readonly caller: string;
  readonly requests: number;
  readonly first_at_ms: number;
  readonly last_at_ms: number;
  readonly primary: Window;
  readonly points_per_minute: Window;
  readonly creates_per_minute: Window;
  readonly creates_per_hour: Window;
  readonly concurrent: { readonly peak: number };
  readonly writes: {
    readonly gap_ms: number;
    readonly shortest_gap_ms: number | null;
    readonly too_close: number;
  };
  readonly hits: Readonly<Record<string, number>>;
}
interface Window {
  readonly limit: number;
  readonly peak: number;
  readonly total: number;
}

export interface LimitedReleases {
  readonly result: ScenarioResult;
  readonly publisher: Caller;
  /** It reads with a token of its own, and keeps no limits. */
  readonly planner: Caller | undefined;
  /** Of the time that the limits would have taken by themselves, in what it took. */
  readonly shareUsed: number;
  readonly renewals: number;
  readonly throttledAtGitHub: number;
}

export interface LimitedReleasesOptions {
  readonly count: number;
  /** 1 is as on GitHub; 0.05 makes an hour three minutes. */
  readonly timeScale: number;
  readonly receiptTtlMs: number;
  readonly limitMs: number;
  /** Looks on while they wait. */
  readonly meanwhile?: (the: TemporarySystem) => Promise<void>;
}

/**
 * One plan of so many releases without assets, two publisher processes, and a GitHub that keeps its limits: nothing of them may be
 * hit, everything has to be shipped, and what the limits allow has to be used.
 */
export async function releaseUnderLimits(options: LimitedReleasesOptions): Promise<LimitedReleases> {
  const { count, timeScale, receiptTtlMs, limitMs } = options;
  const the = await temporarySystem({
    services: ['ledger', 'planner', 'federation', 'publisher', 'publisher'],
    config: {
      accounts: { acme: { limits: { time_scale: timeScale } } },
      timing: {
        ...{ lease_ms: 30_000, request_timeout_ms: 10_000, lock_ms: 30_000, receipt_ttl_ms: receiptTtlMs },
        ...{ run_deadline_ms: 15_000, hold_ms: 200 },
      },
    },
  });
  try {
    const began = performance.now();
    const operations = Array.from({ length: count }, (_, n) => ({
      ...{ id: `release-${n}`, kind: 'publish_release', tag_name: `v${n}.0.0`, target: 'main' },
      ...{ release_name: `Widgets ${n}`, body: 'Rounder.' },
    }));
    await enforce(the, timeScale);
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations }]);
    const ended = the.client.ended([runId], limitMs);
    ended.catch(() => undefined);
    await options.meanwhile?.(the);
    const late = await ended.then(
      () => [],
      (fault: unknown) => [String(fault)],
    );
    const seconds = (performance.now() - began) / 1_000;
    return await measured(the, options, runId, { seconds, late });
  } finally {
    await the.close();
  }
}

async function enforce({ system }: TemporarySystem, timeScale: number): Promise<void> {
  const answer = await fetch(`${system.url}/_sim/limits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ time_scale: timeScale }),
  });
  if (!answer.ok) throw new TypeError(`the simulated GitHub refused the limits: ${await answer.text()}`);
}

async function measured(
  { system, client }: TemporarySystem,
  { count, timeScale }: LimitedReleasesOptions,
  runId: string,
  { seconds, late }: { readonly seconds: number; readonly late: readonly string[] },
): Promise<LimitedReleases> {
  const report = (await (await fetch(`${system.url}/_sim/limits`)).json()) as { callers: readonly Caller[] };
  const publisher = report.callers.find((caller) => caller.writes.shortest_gap_ms !== null);
  if (publisher === undefined) throw new TypeError('the publisher has written nothing');
  const streams = Array.from({ length: count }, (_, n) => operationStream(runId, `release-${n}`));
  const views = await client.reader.read(streams);
  const typed = (type: string) =>
    views.reduce((sum, { events }) => sum + events.filter((event) => event.type === type).length, 0);
  const unfinished = views.filter(
    ({ events }) => foldOperation(events).outcome?.type !== 'operation.succeeded',
  );
  const releases = await allReleases(system.url);
  const tags = new Set(releases.map(({ tag_name }) => tag_name));
  const journal = await verifyJournal({
    dir: join(system.loaded.dataDir, 'ledger', 'journal'),
    keyring: system.loaded.keyring,
  });
  const hits = Object.entries(publisher.hits).filter(([, times]) => times > 0);
  const violations = [
    ...late,
    ...hits.map(([limit, times]) => `noLimitIsHit: ${limit}, ${times} times`),
    ...unfinished.map(({ stream }) => `everythingShips: ${stream} did not succeed`),
    ...(releases.length === count && tags.size === count
      ? []
      : [`exactlyOneRelease: ${releases.length} releases of ${tags.size} tags for ${count} operations`]),
    ...(journal.ok ? [] : [`chainVerifies: ${journal.fault?.message ?? 'fault'}`]),
  ];
  const what = `a plan of ${count} releases, two publishers, GitHub's limits at ${timeScale} of their time`;
  return {
    result: { name: 'limits', what, runs: 1, seconds, recoverySeconds: null, violations },
    publisher,
    planner: report.callers.find((caller) => caller !== publisher),
    shareUsed: leastMs(publisher, timeScale) / (publisher.last_at_ms - publisher.first_at_ms),
    renewals: typed('receipt.expired'),
    throttledAtGitHub: typed('operation.retried'),
  };
}

/** How long the same requests would have taken at least, had they been made as soon as each limit by itself allows. */
function leastMs(publisher: Caller, timeScale: number): number {
  const [hourMs, minuteMs] = [3_600_000 * timeScale, 60_000 * timeScale];
  const writes = publisher.creates_per_hour.total;
  const windows = (window: Window, lengthMs: number) =>
    (Math.ceil(window.total / window.limit) - 1) * lengthMs;
  const inHour = ((writes - 1) % publisher.creates_per_hour.limit) * publisher.writes.gap_ms;
  return Math.max(
    windows(publisher.creates_per_hour, hourMs) + inHour,
    windows(publisher.primary, hourMs),
    // Points come evenly, so a window that is not full counts for what is in it.
    (publisher.points_per_minute.total / publisher.points_per_minute.limit - 1) * minuteMs,
  );
}
