import type { AcknowledgementReport, CheckResult, RunRecord } from '@marketops/operator';
import type { LedgerVerification } from '@marketops/operator/reading';
import { plural } from '@marketops/operator/words';
import type { Example } from './example.js';
import type { Expectations } from './expectations.js';
import type { PullView, ReleaseView, RequestCounts } from './github-view.js';

/** The dry run: everything planned and blocked, nothing authorized, nothing written. */
export function judgeDryRun(
  { expect }: Expectations,
  { run, operations, events }: RunRecord,
  requests: RequestCounts,
): void {
  const blocked = operations.filter(({ state }) => state.blocked !== undefined).length;
  const status = run.completed?.data.status ?? run.status;
  const count = operations.length;
  expect(
    'dry run: every operation is planned and blocked',
    status === 'blocked' && blocked === 3 && count === 3,
    `${blocked} of ${count} blocked, run ${status}`,
  );
  const advised = operations.filter(({ state }) => state.advised !== undefined).length;
  const issued = events.filter(({ event }) => event.type === 'receipt.issued').length;
  expect(
    'dry run: advisories only, no receipt',
    advised === 3 && issued === 0,
    `${plural(advised, 'advisory').replace('advisorys', 'advisories')}, ${plural(issued, 'receipt')}`,
  );
  // Reads show that the counter works: a planner that asked nothing would prove nothing.
  expect(
    'dry run: no write reached GitHub',
    requests.writes === 0 && requests.reads > 0,
    `${requests.writes} writes, ${requests.reads} reads in its own log`,
  );
}

/** The prod run as the ledger has it. */
export function judgeProdRun(
  { expect }: Expectations,
  { run, operations }: RunRecord,
  checks: ReadonlyMap<string, readonly CheckResult[]>,
): void {
  const status = run.completed?.data.status ?? run.status;
  const succeeded = run.completed?.data.succeeded ?? 0;
  expect(
    'prod run: all three operations succeeded',
    status === 'completed' && succeeded === 3,
    `run ${status}, ${succeeded} succeeded`,
  );
  const once = operations.filter(({ state }) => state.receipts.length === 1 && state.attempts === 1).length;
  expect('one receipt per operation, consumed by one start', once === 3, `${once} of ${operations.length}`);
  const all = [...checks.values()].flat();
  const held = all.filter(({ verdict }) => verdict === 'holds').length;
  expect(
    'the twelve checks hold for each, asked again here',
    held === 36 && all.length === 36,
    `${held} of ${all.length}`,
  );
}

export interface Effects {
  readonly release: ReleaseView | undefined;
  readonly releases: number;
  readonly tagCommit: string | undefined;
  readonly pulls: readonly PullView[];
  readonly requests: RequestCounts;
}

/** What GitHub has now, against what was authorized and what lies on disk. */
export function judgeEffects(
  { expect }: Expectations,
  { operations }: RunRecord,
  effects: Effects,
  example: Example,
): void {
  const { release, releases, tagCommit, pulls } = effects;
  const planned = operations.flatMap(({ operation }) =>
    operation?.kind === 'tag_repo' ? [operation.target_sha] : [],
  );
  expect(
    'GitHub: the tag is at the commit that was planned',
    tagCommit !== undefined && tagCommit === planned[0],
    tagCommit ?? 'no tag',
  );
  const published = release !== undefined && !release.draft && releases === 1;
  expect(
    'GitHub: one release, published',
    published,
    `${plural(releases, 'release')}${release?.draft === true ? ', a draft' : ''}`,
  );
  const body = withoutMarker(release?.body ?? '');
  expect(
    'GitHub: its text is notes.md',
    body.trim() === example.notes.trim(),
    `${body.length} characters, without the marker line`,
  );
  const same = (release?.assets ?? []).filter(
    ({ name, digest }) => example.assets.get(name) === digest,
  ).length;
  const assets = release?.assets.length ?? 0;
  expect(
    'GitHub: its assets are the files on disk, byte for byte',
    same === example.assets.size && assets === same,
    `${same} of ${example.assets.size} by SHA-256`,
  );
  const announced = pulls.filter(({ head, base }) => head === 'release-1.4.0' && base === 'main').length;
  expect(
    'GitHub: one pull request, as planned',
    pulls.length === 1 && announced === 1,
    plural(pulls.length, 'pull request'),
  );
}

/** The one line that executors add, by which a later attempt finds what an earlier one left. */
export const withoutMarker = (body: string): string =>
  body.replace(/\n\n<!-- marketops:[0-9a-z]{26} -->\s*$/, '');

/** The ledger, from its first entry. */
export function judgeLedger(
  { expect }: Expectations,
  records: readonly RunRecord[],
  { report }: LedgerVerification,
  acknowledgements: AcknowledgementReport,
): void {
  expect(
    'the ledger verifies from its first entry',
    report.ok && report.entries > 0,
    report.fault?.message ?? `${report.entries} entries, ${report.streams} streams`,
  );
  const events = records.flatMap((record) => record.events);
  const taken = events.filter(({ sequence }) => sequence !== undefined).length;
  expect(
    'every event of both runs is in it',
    taken === events.length && taken > 0,
    `${taken} of ${events.length}`,
  );
  const { compared, faults } = acknowledgements;
  expect(
    'it holds all that it has acknowledged',
    faults.length === 0 && compared > 0,
    faults[0]?.message ?? `${compared} signed words compared`,
  );
}
