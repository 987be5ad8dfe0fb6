import { csvCell } from '@marketops/operator/reading';
import type { RunIndex, RunQuery } from '../../run-index/run-index.js';
import type { RunRow } from '../../run-index/run-row.js';

const columns = [
  'run_id',
  'tenant_id',
  'principal',
  'mode',
  'status',
  'flags',
  'repositories',
  'kinds',
  'operations',
  'would_ship',
  'succeeded',
  'failed',
  'why',
  'created_at',
  'updated_at',
  'idempotency_key',
] as const;

/** A number as it is; a text as the command writes it, which no spreadsheet runs. */
export const cell = (value: string | number | null): string =>
  typeof value === 'number' ? String(value) : csvCell(value ?? '');

/** RFC 4180, one run per line. */
const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(cell).join(',')}\r\n`;

const csvHead = csvLine(columns);

const csvOf = (run: RunRow): string =>
  csvLine([
    ...[run.run_id, run.tenant_id, run.principal, run.mode, run.status],
    ...[run.flags.join(' '), run.repositories.join(' '), run.kinds.join(' ')],
    ...[run.counts.operations, run.counts.would_ship, run.counts.succeeded, run.counts.failed],
    ...[run.why, run.created_at, run.updated_at, run.idempotency_key],
  ]);

const exportedMax = 100_000;
const pageRuns = 1_000;

/** A page at a time, as it is read: whoever reads slowly, or not at all, holds one page of it here and no more. */
export function exported(
  index: Pick<RunIndex, 'search'>,
  query: RunQuery,
  format: 'csv' | 'json',
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const isCsv = format === 'csv';
  let cursor: string | undefined;
  let told = 0;
  const textOf = (runs: readonly RunRow[]): string =>
    isCsv
      ? runs.map(csvOf).join('')
      : runs.map((run, at) => `${told + at === 0 ? '' : ',\n'}${JSON.stringify(run)}`).join('');
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { runs, next } = index.search({ ...query, limit: pageRuns, cursor });
        const head = told > 0 ? '' : isCsv ? csvHead : '{"runs":[';
        const text = `${head}${textOf(runs)}`;
        told += runs.length;
        const isLast = next === null || told >= exportedMax;
        cursor = next ?? undefined;
        const tail = isLast && !isCsv ? ']}\n' : '';
        controller.enqueue(encoder.encode(`${text}${tail}`));
        if (isLast) controller.close();
      },
    },
    { highWaterMark: 1 },
  );
}
