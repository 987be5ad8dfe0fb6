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

/** A cell: quoted where it must be, and with an apostrophe before what a spreadsheet would take for a formula. */
export function cell(value: string | number | null): string {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180, one run per line. */
const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(cell).join(',')}\r\n`;

export const csvHead = csvLine(columns);

export const csvOf = (run: RunRow): string =>
  csvLine([
    ...[run.run_id, run.tenant_id, run.principal, run.mode, run.status],
    ...[run.flags.join(' '), run.repositories.join(' '), run.kinds.join(' ')],
    ...[run.counts.operations, run.counts.would_ship, run.counts.succeeded, run.counts.failed],
    ...[run.why, run.created_at, run.updated_at, run.idempotency_key],
  ]);
