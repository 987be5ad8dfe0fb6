import type { ServerResponse } from 'node:http';
import type { Answer } from '../call.js';
import { lateness } from './fault-answers.js';
import type { FaultSwitch } from './faults.js';
import type { Hangs, Held } from './hangs.js';

/** Whether the fault makes the request wait for something other than time. */
export const isHang = (fault: FaultSwitch): boolean =>
  fault.kind === 'hang_before' || fault.kind === 'hang_after' || fault.kind === 'late_commit';

function commit({ hang, changed }: Held, act: () => Answer): Answer {
  const answer = act();
  hang.status = answer.status;
  hang.committed = answer.status < 400;
  changed();
  return answer;
}

/**
 * Makes the request wait as the fault says; whoever holds the controls sees it, and what has become of it, in `Hangs`.
 *
 * @param act does what the request asks
 * @returns its answer, or `cut` where it was dropped
 */
export async function hangUntilReleased(
  hangs: Hangs,
  fault: FaultSwitch,
  about: { readonly method: string; readonly target: string },
  response: ServerResponse,
  act: () => Answer,
): Promise<Answer | 'cut'> {
  const { method, target: path } = about;
  const held = hangs.hold({ kind: fault.kind, method, path }, response);
  let answer = fault.kind === 'hang_after' ? commit(held, act) : undefined;
  held.changed();
  const how =
    fault.kind === 'late_commit'
      ? await Promise.race([held.released, held.clientGone.then(() => 'proceed' as const)])
      : await held.released;
  if (how === 'proceed') {
    if (fault.kind === 'late_commit') await lateness({ ...fault, delay_ms: fault.delay_ms ?? 0 });
    answer ??= commit(held, act);
  }
  held.hang.state = how === 'drop' ? 'dropped' : 'settled';
  held.changed();
  return how === 'drop' || answer === undefined ? 'cut' : answer;
}
