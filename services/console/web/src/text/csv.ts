import { shown } from './shown.js';

/** With these a spreadsheet takes a cell for a formula, and what it says is run (CWE-1236). */
const formulaStarts = /^[=+\-@\t\r\n|%＝＋－＠]/;

/** One cell: always quoted, with an apostrophe before what a spreadsheet would run; control characters are spelled out. */
function csvCell(value: string | number | boolean | null | undefined): string {
  const text = shown(value === null || value === undefined ? '' : String(value), 32_000);
  const inert = formulaStarts.test(text.trimStart()) ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
}

/** RFC 4180: a line of titles, then one per row. */
export const csvText = (
  titles: readonly string[],
  rows: readonly (readonly (string | number | boolean | null | undefined)[])[],
): string => `${[titles, ...rows].map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`;
