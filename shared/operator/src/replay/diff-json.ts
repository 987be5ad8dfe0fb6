import type { RunDifference } from './diff-runs.js';
import { eventJson } from './exports/jsonl.js';

/** How two runs differ, as `--json` gives it. */
export const diffJson = (one: string, other: string, { rows, first }: RunDifference) => ({
  ...{ one, other },
  same: rows.every(({ same }) => same) && first === undefined,
  compared: rows.map(({ operationId, ...row }) => ({ ...row, operation_id: operationId })),
  first_difference:
    first === undefined
      ? null
      : {
          ...{ subject: first.subject, differs: first.differs },
          one: first.one === undefined ? null : eventJson(first.one),
          other: first.other === undefined ? null : eventJson(first.other),
        },
});
