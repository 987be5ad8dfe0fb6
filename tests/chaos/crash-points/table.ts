import { grid } from '../grid.js';
import { type Cell, moments, twins } from './cells.js';
import type { Matrix } from './matrix.js';

const columnOf = ({ moment, twin }: Pick<Cell, 'moment' | 'twin'>): string =>
  twin === 'none' ? moment : `${moment} + twin`;
const columns = moments.flatMap((moment) => twins.map((twin) => columnOf({ moment, twin })));

/** One row per executor and point, one column per moment and twin; the summary is the last line. */
export function table({ judged, violations, seconds }: Matrix): string {
  const cells = judged.map(({ cell, verdict }) => ({
    row: [cell.subject.name, cell.nth > 1 ? `${cell.point} (${cell.nth})` : cell.point],
    column: columnOf(cell),
    shown: verdict,
  }));
  const drafts = judged.filter(({ verdict }) => verdict === 'second draft').length;
  const known = drafts === 0 ? '' : `, ${drafts} of them with the second draft that docs/effects.md names`;
  const summary = `${judged.length} cells in ${seconds.toFixed(0)} s, ${violations.length} violations${known}`;
  return [grid(['executor', 'point'], columns, cells), '', ...violations, summary, ''].join('\n');
}

export const asJson = ({ judged, violations, seconds }: Matrix): string =>
  JSON.stringify({
    cells: judged.map(({ cell: { subject, prelude, point, nth, moment, twin }, ...rest }) => ({
      ...{ executor: subject.name, kind: subject.kind, prelude: prelude.name },
      ...{ point, nth, moment, twin },
      ...rest,
    })),
    ...{ violations, seconds },
  });
