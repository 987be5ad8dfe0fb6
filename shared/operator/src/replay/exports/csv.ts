import type { Exporter, Write } from './exporter.js';
import { type EventRow, rowOf } from './row.js';

const columns: readonly (readonly [title: string, member: keyof EventRow])[] = [
  ['entry', 'entry'],
  ['time', 'time'],
  ['type', 'type'],
  ['stream', 'stream'],
  ['seq', 'seq'],
  ['run_id', 'runId'],
  ['operation_id', 'operationId'],
  ['tenant_id', 'tenantId'],
  ['mode', 'mode'],
  ['actor', 'actor'],
  ['key_id', 'keyId'],
  ['signature', 'signature'],
  ['people', 'people'],
  ['what', 'what'],
  ['event_id', 'eventId'],
  ['entry_hash', 'entryHash'],
];

/** RFC 4180, one line per event. What this release does not know is a line with a type of `unknown`. */
export function csvExporter(write: Write): Exporter {
  const line = (cells: readonly string[]) => write(cells.map(csvCell).join(','));
  return {
    head: () => line(columns.map(([title]) => title)),
    event: (recorded) => {
      const row = rowOf(recorded);
      line(columns.map(([, member]) => row[member]));
    },
    held: ({ sequence, what }) =>
      line(
        columns.map(
          ([, member]) => ({ entry: String(sequence), type: 'unknown', what })[member as 'what'] ?? '',
        ),
      ),
    end: () => undefined,
  };
}

/** With these a spreadsheet takes a cell for a formula, and what it says is run (CWE-1236). */
const formulaStarts = /^[=+\-@\t\r\n|%＝＋－＠]/;

/**
 * One cell: always quoted, so that a separator of any locale ends nothing, and with an apostrophe before what a spreadsheet would
 * run. Control characters have been spelled out before.
 */
export const csvCell = (text: string): string => {
  const isFormula = formulaStarts.test(text) || formulaStarts.test(text.trimStart());
  const inert = isFormula ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
};
