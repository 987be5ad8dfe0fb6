import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Output } from '../output.js';

const gap = 2;
const lastColumnMin = 24;

/**
 * Columns under a head, without borders; the last one wraps at the terminal's width. Cells must be safe to print.
 * @param indent spaces before every line
 */
export function table(
  { paint, columns }: Pick<Output, 'paint' | 'columns'>,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  indent = 2,
): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => visibleLength(row[at] ?? ''))),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap, indent);
  const last = Math.max(lastColumnMin, Math.min(widths.at(-1) ?? 0, columns - before));
  const built = new Table({
    head: head.map((title) => paint.dim(title)),
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    colWidths: [...widths.slice(0, -1), last].map((width) => width + gap),
    wordWrap: true,
    wrapOnWordBoundary: true,
  });
  for (const row of rows) built.push([...row]);
  const margin = ' '.repeat(indent);
  return built
    .toString()
    .split('\n')
    .map((line) => `${margin}${line}`.trimEnd())
    .join('\n');
}

const borderless = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
};

const visibleLength = (text: string): number => stripVTControlCharacters(text).length;
