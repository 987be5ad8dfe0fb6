import { duration } from '@marketops/operator/words';
import type { Output } from '../output.js';
import type { ProcessChange } from '../processes/supervised.js';
import { sanitize } from '../sanitize.js';

/** A status line: what has become of a process. */
export function changeLine({ paint }: Output, { name, state, pid, reason, delayMs }: ProcessChange): string {
  // The reason may quote what a process said before it ended.
  const why = sanitize(reason ?? 'it ended', 300);
  const what = {
    starting: paint.dim('starting'),
    running: paint.green(`ready, process ${pid ?? '?'}`),
    waiting: paint.yellow(`${why}; starting again in ${duration(delayMs ?? 0)}`),
    down: paint.red(`down: ${why}`),
    stopped: paint.dim('stopped'),
  }[state];
  return `${paint.dim(new Date().toISOString().slice(11, 19))}  ${paint.bold(name.padEnd(11))} ${what}`;
}
