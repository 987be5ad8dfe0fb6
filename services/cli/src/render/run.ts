import { contentsWords, type RunRecord } from '@marketops/operator';
import { duration, eventText } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { toned } from './event-line.js';
import { table } from './table.js';

/** A run's status in one word, and how it is to be taken. */
export function statusOf({ run }: Pick<RunRecord, 'run'>): { word: string; tone: 'good' | 'warn' | 'bad' } {
  const outcome = run.completed?.data.status;
  if (outcome === undefined) {
    return run.status === 'rejected'
      ? { word: 'rejected', tone: 'bad' }
      : { word: `${run.status}, not ended`, tone: 'warn' };
  }
  const hoped = outcome === 'completed' || (outcome === 'blocked' && run.mode === 'dry_run');
  return { word: outcome, tone: hoped ? 'good' : 'bad' };
}

/** Who asked for what, and how it ended. */
export function renderRunHead(output: Output, record: RunRecord): void {
  const { run, runId, request, events } = record;
  const { word, tone } = statusOf(record);
  const { paint } = output;
  const asked = run.requested?.data;
  const last = events.at(-1)?.event;
  const first = events[0]?.event;
  const row = (name: string, text: string) => output.line(`  ${paint.dim(name.padEnd(9))} ${text}`);
  output.line(paint.bold(runId));
  row('status', toned(paint, tone)(word));
  row('mode', run.mode === 'prod' ? paint.bold('prod') : 'dry_run: nothing of it can have an effect, ever');
  if (asked !== undefined) {
    row(
      'asked by',
      `${sanitize(asked.principal)} for ${sanitize(run.tenantId)}, key ${sanitize(asked.idempotency_key)}`,
    );
  }
  if (request?.retry_of !== undefined) row('retry of', sanitize(request.retry_of));
  for (const { time, data } of run.redriveOrders)
    row('redriven', `${time} by ${sanitize(data.principal)}: ${sanitize(data.command.reason)}`);
  if (first !== undefined && last !== undefined) {
    row('time', `${first.time}, ${duration(Date.parse(last.time) - Date.parse(first.time))}`);
  }
  row('ledger', ledgerText(record));
  const contents = contentsWords(record.contents);
  if (contents !== undefined)
    row('contents', record.contents.state === 'lost' ? paint.red(contents) : sanitize(contents, 600));
  if (run.rejected !== undefined) {
    for (const { path, message } of run.rejected.data.faults) {
      output.line(`  ${paint.red(sanitize(`${path} ${message}`.trim()))}`);
    }
  }
}

function ledgerText({ events }: RunRecord): string {
  const sequences = events.flatMap(({ sequence }) => (sequence === undefined ? [] : [sequence]));
  const waiting = events.length - sequences.length;
  const taken =
    sequences.length === 0
      ? 'nothing taken yet'
      : `${sequences.length} entries, ${Math.min(...sequences)} to ${Math.max(...sequences)}`;
  return waiting === 0 ? taken : `${taken}; ${waiting} events not taken yet`;
}

/** What became of each operation. */
export function renderOutcomes(output: Output, { operations }: RunRecord): void {
  const rows = operations.map(({ id, events }) => {
    const last = events.at(-1);
    const text = last === undefined ? undefined : eventText(last.event);
    return [
      output.paint.bold(sanitize(id)),
      last === undefined ? '–' : (last.event.type.split('.')[1] ?? ''),
      last?.sequence === undefined ? '–' : String(last.sequence),
      text === undefined ? 'nothing yet' : toned(output.paint, text.tone)(text.text),
    ];
  });
  output.line(table(output, ['operation', 'is', 'entry', 'last word'], rows));
}
