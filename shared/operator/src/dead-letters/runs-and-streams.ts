import { type EventOf, foldRun, runStream, systemStream } from '@marketops/contracts';
import { StoreError } from '@marketops/store';
import { reasonOf } from '../errors.js';
import type { Runs } from '../runs/runs.js';
import { unfinishedRuns } from '../runs/unfinished-runs.js';
import type { Live } from '../system/live.js';
import { type DeadLetter, lookedAtMax } from './dead-letter.js';

/** Runs about which the sweeper was the last to say anything: nothing has happened since. */
export async function stalledRuns(runs: Runs, live: Live): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (const runId of await unfinishedRuns(live.store, lookedAtMax)) {
    const view = await believed(() => live.reader.read([runStream(runId)]));
    const { stalledAt, status } = foldRun(view?.[0]?.events ?? []);
    if (stalledAt === undefined || status === 'completed' || status === 'rejected') continue;
    const record = await believed(() => runs.read(runId));
    const newest = record?.events
      .map(({ event }) => event.time)
      .sort()
      .at(-1);
    if (record === undefined || newest !== stalledAt) continue;
    const waiting = record.operations
      .filter(({ state }) => !endedPhases.has(state.phase))
      .map(({ id }) => id);
    letters.push({
      kind: 'run',
      subject: runId,
      runId,
      operationId: null,
      state: 'stalled',
      since: stalledAt,
      why: { code: 'run_stalled', message: `Nothing happens to ${listed(waiting)}, and no person is asked.` },
      help: `marketops timeline ${runId}`,
      hint: null,
    });
  }
  return letters;
}

const endedPhases: ReadonlySet<string> = new Set([
  ...['succeeded', 'failed', 'refused', 'uncertain', 'advised', 'skipped'],
]);

const listed = (ids: readonly string[]): string =>
  ids.length === 0 ? 'the plan' : `${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ', …' : ''}`;

/** Streams that the ledger raised as bad and that still cannot be read. */
export async function quarantinedStreams(live: Live): Promise<DeadLetter[]> {
  const [system] = await live.reader.read([systemStream]);
  const raised = new Map<string, EventOf<'stream.quarantined'>>();
  for (const event of system?.events ?? [])
    if (event.type === 'stream.quarantined') raised.set(event.data.stream, event);
  const letters: DeadLetter[] = [];
  for (const [stream, { time, data }] of [...raised].slice(-lookedAtMax).reverse()) {
    const fault = await live.reader.read([stream]).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (fault === undefined) continue;
    const [, runId = null, operationId = null] = stream.split('/');
    letters.push({
      kind: 'stream',
      subject: stream,
      ...{ runId, operationId },
      state: 'quarantined',
      since: time,
      why: { code: 'stream_quarantined', message: `${data.reason}; readers hold: ${reasonOf(fault)}` },
      help: 'marketops doctor',
      hint: null,
    });
  }
  return letters;
}

/** What cannot be believed is told as such, and keeps nothing else from being told. */
async function believed<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (fault) {
    if (fault instanceof StoreError && fault.code === 'stream_suspect') return undefined;
    throw fault;
  }
}
