import { join } from 'node:path';
import type { System } from '@marketops/cli';
import {
  foldOperation,
  foldRun,
  type MarketOpsEvent,
  operationStream,
  runStream,
} from '@marketops/contracts';
import { verifyJournal } from '@marketops/verifier/node';
import type { Client } from '../support/client.js';
import { allReleases } from '../support/simulated-github.js';
import type { BatchRun } from './batch.js';

/** What a finished run left behind. */
interface Trace {
  readonly runEvents: readonly MarketOpsEvent[];
  readonly operationEvents: readonly MarketOpsEvent[];
}

/** A law over one trace: what is wrong, or undefined. */
type Law = (trace: Trace) => string | undefined;

const runIsCompleted: Law = ({ runEvents }) => {
  const { completed } = foldRun(runEvents);
  return completed?.data.status === 'completed'
    ? undefined
    : `the run ended ${completed?.data.status ?? 'not at all'}`;
};

/** Law E1: 1, 2, 3 …; the verified reader has refused gaps already, and says so again here. */
const streamsAreGapless: Law = ({ runEvents, operationEvents }) =>
  [runEvents, operationEvents].every((events) => events.every((event, index) => event.seq === index + 1))
    ? undefined
    : 'a stream has a gap';

/** Law R3: one start, by one receipt; whatever comes after it resumes the same execution. */
const startedOnce: Law = ({ operationEvents }) => {
  const starts = operationEvents.filter((event) => event.type === 'operation.started');
  const executions = new Set(
    operationEvents.flatMap((event) => ('execution_id' in event.data ? [event.data.execution_id] : [])),
  );
  return starts.length === 1 && executions.size === 1
    ? undefined
    : `${starts.length} starts, ${executions.size} executions`;
};

/** Nothing follows the outcome. */
const terminalIsLast: Law = ({ operationEvents }) => {
  const { outcome, lastSeq } = foldOperation(operationEvents);
  return outcome?.seq === lastSeq ? undefined : 'something follows the outcome';
};

const laws: readonly Law[] = [runIsCompleted, streamsAreGapless, startedOnce, terminalIsLast];

/** What the streams of one finished run break, in words. */
export const traceFaults = (trace: Trace): string[] =>
  laws.flatMap((law) => {
    const fault = law(trace);
    return fault === undefined ? [] : [`${law.name}: ${fault}`];
  });

/** Everything that is not as it must be, in words. Empty means that all of it held. */
export async function findViolations(
  system: System,
  client: Client,
  runs: readonly BatchRun[],
): Promise<string[]> {
  const runViews = await client.reader.read(runs.map(({ runId }) => runStream(runId)));
  const operationViews = await client.reader.read(runs.map(({ runId }) => operationStream(runId, 'release')));
  const broken = runs.flatMap((run, index) => {
    const runEvents = runViews[index]?.events ?? [];
    const operationEvents = operationViews[index]?.events ?? [];
    return traceFaults({ runEvents, operationEvents }).map((fault) => `${run.runId}: ${fault}`);
  });
  const lastSeqs = new Map([...runViews, ...operationViews].map(({ stream, lastSeq }) => [stream, lastSeq]));
  return [
    ...broken,
    ...(await releaseViolations(system, runs)),
    ...(await journalViolations(system, lastSeqs)),
  ];
}

/** Law X2, counted where it counts: exactly one release per run at the other side. */
async function releaseViolations(system: System, runs: readonly BatchRun[]): Promise<string[]> {
  const releases = await allReleases(system.url);
  const perTag = new Map<string, number>();
  for (const { tag_name } of releases) perTag.set(tag_name, (perTag.get(tag_name) ?? 0) + 1);
  const wrong = runs.flatMap(({ runId, tagName }) => {
    const count = perTag.get(tagName) ?? 0;
    return count === 1 ? [] : [`${runId}: exactlyOneRelease: ${count} releases of ${tagName}`];
  });
  return releases.length === runs.length
    ? wrong
    : [...wrong, `exactlyOneRelease: ${releases.length} releases for ${runs.length} runs`];
}

/** Law L1, and that the ledger has every event that Redis has. */
async function journalViolations(system: System, lastSeqs: ReadonlyMap<string, number>): Promise<string[]> {
  const report = await verifyJournal({
    dir: join(system.loaded.dataDir, 'ledger', 'journal'),
    keyring: system.loaded.keyring,
  });
  if (!report.ok)
    return [
      `chainVerifies: ${report.fault?.code ?? 'fault'} at ${report.fault?.sequence ?? '?'}: ${report.fault?.message ?? ''}`,
    ];
  const events = [...lastSeqs.values()].reduce((sum, seq) => sum + seq, 0);
  return report.entries >= events
    ? []
    : [`ledgerHasEverything: ${report.entries} entries for ${events} events`];
}
