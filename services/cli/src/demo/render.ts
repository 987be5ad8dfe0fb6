import type { CheckResult } from '@marketops/operator';
import type { LedgerVerification } from '@marketops/operator/reading';
import { bytes, duration, shortDigest, thousands } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { renderCheckMatrix } from '../render/checks.js';
import { renderPlan } from '../render/plan.js';
import { renderReceipts } from '../render/receipts.js';
import { table } from '../render/table.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';
import type { Expectation } from './expectations.js';
import { type Effects, withoutMarker } from './judge.js';
import type { NextStep } from './next-steps.js';
import type { DemoRun } from './one-run.js';
import type { Story } from './story.js';

export interface DemoEvidence {
  readonly dryRun: DemoRun;
  readonly prod: DemoRun;
  readonly checks: ReadonlyMap<string, readonly CheckResult[]>;
  readonly effects: Effects;
  readonly verification: LedgerVerification;
  readonly startMs: number;
}

/** What is left when the run is over: plan, receipts, checks, the release, the ledger, times. */
export function renderEvidence(output: Output, story: Story, evidence: DemoEvidence): void {
  const { record } = evidence.prod;
  story.step('The publication plan');
  if (record.plan !== undefined) {
    const whole = record.operations.flatMap(({ id, operation }) =>
      operation === undefined ? [] : [[id, operation] as const],
    );
    renderPlan(output, record.plan, new Map(whole));
  }
  story.step('The receipts: each authorizes one operation, byte for byte, once');
  renderReceipts(output, record);
  story.step('The twelve checks of the gate, asked again from the ledger and the public keys');
  renderCheckMatrix(output, evidence.checks);
  const alone =
    'The HMAC of 3, the API origin of 5 and the freeze of 12 only the gate can ask; it passed them when it started.';
  output.line(`  ${output.paint.dim(alone)}`);
  story.step('What GitHub has now, as its API returns it');
  renderEffects(output, evidence.effects);
  story.step('The ledger, verified from its first entry');
  renderLedger(output, evidence.verification);
  story.step('How long it took');
  renderTimes(output, evidence);
}

function renderEffects(output: Output, { release, tagCommit, pulls, requests }: Effects): void {
  const { paint } = output;
  const row = (name: string, text: string) => output.line(`  ${paint.dim(name.padEnd(8))} ${text}`);
  if (release === undefined) output.line(`  ${paint.red('no release')}`);
  else {
    row('GET', paint.dim(sanitize(release.url)));
    row('release', `${paint.bold(sanitize(release.name))}, ${release.draft ? 'a draft' : 'published'}`);
    row('tag', `${sanitize(release.tagName)} at ${sanitize(tagCommit ?? 'nothing')}`);
    for (const line of withoutMarker(release.body).trim().split('\n'))
      row('', paint.dim(`│ ${sanitize(line)}`));
    for (const { name, size, digest } of release.assets) {
      row('asset', `${sanitize(name)}, ${bytes(size)}, sha256 ${sanitize(shortDigest(digest))}`);
    }
  }
  for (const { number, title, head, base } of pulls) {
    row('pull', `#${number} ${sanitize(title)} (${sanitize(head)} → ${sanitize(base)})`);
  }
  const writes = Object.entries(requests.perEndpoint).filter(([endpoint]) => !endpoint.startsWith('GET '));
  row(
    'writes',
    writes
      .map(([endpoint, count]) => `${count} × ${sanitize(endpoint.replace('/repos/{owner}/{repo}', ''))}`)
      .join(', '),
  );
}

function renderLedger(output: Output, { report, entriesPerSecond, dir }: LedgerVerification): void {
  const { paint } = output;
  if (report.fault !== undefined) output.line(`  ${paint.red(sanitize(report.fault.message))}`);
  const speed = `${report.elapsedMs} ms, ${thousands(entriesPerSecond)} entries/s so soon after the start`;
  output.line(
    `  ${report.entries} entries in ${report.streams} streams: every hash, signature and right to speak derived again`,
  );
  output.line(`  ${paint.dim(speed)}`);
  output.line(`  head ${paint.dim(report.lastHash)}`);
  output.line(`  ${paint.dim(sanitize(shownPath(dir)))}`);
}

function renderTimes(output: Output, { dryRun, prod, startMs, verification }: DemoEvidence): void {
  const row = (name: string, { times }: DemoRun) => [
    name,
    ...[times.planMs, times.authorizeMs, times.executeMs, times.proveMs].map(duration),
    output.paint.bold(duration(times.wholeMs)),
  ];
  output.line(
    table(
      output,
      ['run', 'plan', 'authorize', 'execute', 'prove', 'whole'],
      [row('dry run', dryRun), row('prod', prod)],
    ),
  );
  output.line(
    output.paint.dim(
      `  starting everything ${duration(startMs)}, verifying the ledger ${duration(verification.report.elapsedMs)}; prod ships three effects one after the other`,
    ),
  );
}

/** Each expectation, and the verdict over all. */
export function renderVerdict(output: Output, story: Story, expectations: readonly Expectation[]): void {
  const { paint } = output;
  story.step('Did all of it hold?');
  for (const { name, held, detail } of expectations) {
    const mark = held ? paint.green('holds') : paint.red('FAILS');
    output.line(`  ${mark}  ${name.padEnd(58)} ${paint.dim(sanitize(detail, 200))}`);
  }
  const failed = expectations.filter(({ held }) => !held).length;
  output.line();
  if (failed === 0)
    output.line(`  ${paint.green(paint.bold(`All ${expectations.length} expectations held.`))}`);
  else
    output.line(
      `  ${paint.red(paint.bold(`${failed} of ${expectations.length} expectations did not hold.`))}`,
    );
}

export function renderNext(output: Output, story: Story, folder: string, steps: readonly NextStep[]): void {
  const { paint } = output;
  story.step('Where it all lies, and what to try next');
  const row = (path: string, what: string) => output.line(`  ${path.padEnd(32)} ${paint.dim(what)}`);
  output.line(`  ${paint.bold(sanitize(shownPath(folder)))}`);
  row('  marketops.yml', 'principals, accounts');
  row('  policies', 'what may be done, in Cedar');
  row('  releases/plan.yml', 'what was asked for, with its notes and assets beside it');
  row('  .marketops/ledger/journal/', 'the ledger: lines of JSON, signed and chained');
  row('  .marketops/keys/', 'private keys; on this machine one user (you) can read them all');
  row('  .marketops/logs/', 'what each process said');
  for (const { command, purpose } of steps) {
    output.line();
    output.line(`  ${paint.dim(`# ${purpose}`)}`);
    output.line(`  ${command.replaceAll(' && ', ' && \\\n    ')}`);
  }
  output.line();
}
