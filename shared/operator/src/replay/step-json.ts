import { eventJson } from './exports/jsonl.js';
import { changesOf } from './states/changes.js';
import { knewOf } from './states/knew.js';
import type { ReplayStep } from './states/run-fold.js';

/** A step as `--json` gives it, with the whole states around it. */
export const stepJson = ({ number, recorded, subject }: ReplayStep) => ({
  step: number,
  ...eventJson(recorded),
  in_ledger: recorded.entry !== null,
  subject: subject.kind,
  operation_id: subject.kind === 'operation' ? subject.operationId : null,
  knew: knewOf(recorded.event),
  changes: changesOf(subject),
  before: subject.before,
  after: subject.after,
});
