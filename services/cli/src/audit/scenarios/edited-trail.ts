import { operationStream } from '@marketops/contracts';
import { jobNames } from '@marketops/engine';
import { connectRedis, streamKey } from '@marketops/store';
import { type Edit, editedJournal } from '../journal-copy.js';
import { refusedBy } from '../refusal.js';
import { type Attempt, NotRefused, type Refusal, type Scenario } from '../scenario.js';
import { operationId, publications, releasePlan, type Stage, untilEnded } from '../stage.js';

export const editedTrail: Scenario = {
  id: 'A8',
  name: 'audit trail edited',
  severity: 'critical',
  stoppedBy: 'hash chain, checkpoint, statements',
  steps: [
    'change one byte of an entry in a copy of the journal, remove the entry, cut the tail: verify names the entry',
    'paste the genuine outcome of another run into a stream in Redis, and an event made up from a genuine one',
    'nothing acts on either: stream.quarantined',
  ],
  attempts: ({ spent }) => [
    edited('one byte of an entry changed', spent.runId, (text, line) =>
      text.replace(line, line.replace('"time":"2', '"time":"3')),
    ),
    edited('an entry removed', spent.runId, (text, line) => text.replace(`${line}\n`, '')),
    edited('the tail cut from an entry on', spent.runId, (text, line) =>
      text.slice(0, batchBefore(text, line)),
    ),
    injected('another run’s outcome pasted into a stream', (stage) => lastRow(stage, spent.runId)),
    injected('an event made up from a genuine one', async (stage, runId) => {
      const row = await lastRow(stage, runId);
      const forged = row.replaceAll('"enforceable":false', '"enforceable":true');
      if (forged === row) throw new NotRefused('the row is not what it was taken for');
      return forged;
    }),
  ],
};

/** Edits a copy of the journal around the end of a run's operation; the verifier must name the entry. */
const edited = (name: string, runId: string, edit: (text: string, line: string) => string): Attempt => ({
  name,
  expects: 'verify',
  attack: async (stage) => {
    const { outcome } = await stage.operation(runId, operationId);
    if (outcome === undefined) throw new NotRefused('the operation has not ended');
    const sequence = await stage.sequenceOf(outcome.id);
    const apply: Edit = (text) => {
      const line = text.split('\n').find((one) => one.includes(`"id":"${outcome.id}"`));
      return line === undefined ? text : edit(text, line);
    };
    const { genuine, edited: report } = await editedJournal(stage.system.loaded, apply);
    if (!genuine.ok) throw new NotRefused(`the genuine journal does not verify: ${genuine.fault?.message}`);
    const { fault } = report;
    if (fault === undefined) throw new NotRefused('the edited journal verifies');
    const detail = `${fault.code}: ${fault.message}`;
    if (fault.sequence !== sequence) throw new NotRefused(`not entry ${sequence} is named: ${detail}`);
    return { check: 'verify', eventId: outcome.id, ledgerSequence: sequence, detail };
  },
});

/** Where the last batch that is whole ends before a line: a cut there leaves a journal in which nothing is torn. */
function batchBefore(text: string, line: string): number {
  const lines = text.slice(0, text.indexOf(line)).split('\n');
  const commit = lines.findLastIndex((one) => one.startsWith('C'));
  return lines.slice(0, commit + 1).join('\n').length + 1;
}

/** Writes a row of one's own behind a dry run's events, has the publisher look, and waits for the quarantine. */
const injected = (name: string, row: (stage: Stage, runId: string) => Promise<string>): Attempt => ({
  name,
  expects: 'statement',
  attack: async (stage) => {
    const runId = await stage.submit(releasePlan('v0.8.0'));
    await untilEnded(stage, runId);
    const stream = operationStream(runId, operationId);
    const [seq = 0] = await stage.live.store.lastSeqs([stream]);
    await writeRow(stage, stream, seq + 1, await row(stage, runId));
    await stage.forge(publications, jobNames.publish, {
      run_id: runId,
      operation_id: operationId,
      operation_kind: 'publish_release',
      mode: 'prod',
      receipt: stage.waiting.receipt,
    });
    return stage.until(`a quarantine of ${stream}`, async (): Promise<Refusal | undefined> => {
      for (const event of await stage.systemEvents()) {
        if (event.type !== 'stream.quarantined' || event.data.stream !== stream) continue;
        return refusedBy(stage, 'statement', event, `seq ${event.data.seq}: ${event.data.reason}`);
      }
      return undefined;
    });
  },
});

async function lastRow(stage: Stage, runId: string): Promise<string> {
  const redis = connectRedis(stage.live.url);
  try {
    const key = streamKey(operationStream(runId, operationId));
    const [row] = await redis.xrevrange(key, '+', '-', 'COUNT', 1);
    return row?.[1][1] ?? '';
  } finally {
    redis.disconnect();
  }
}

async function writeRow(stage: Stage, stream: string, seq: number, value: string): Promise<void> {
  const redis = connectRedis(stage.live.url);
  try {
    await redis.xadd(streamKey(stream), `${seq}-0`, 'v', value);
  } finally {
    redis.disconnect();
  }
}
