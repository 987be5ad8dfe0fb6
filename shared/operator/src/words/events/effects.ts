import type { Of, Words } from './shared.js';

/** What is done and found out after an effect, or after there was none: orders of people, and what somebody else changed. */
export function effectWords(
  event: Of<
    | 'reconcile.requested'
    | 'operation.reconciled'
    | 'run.redriven'
    | 'redrive.taken'
    | 'operation.redriven'
    | 'effect.drifted'
    | 'effect.restored'
    | 'effect.unreceipted'
  >,
): Words {
  switch (event.type) {
    case 'reconcile.requested': {
      const { action, principal, reason } = event.data.command;
      const found = action.kind === 'reconcile' ? action.found : 'look';
      const what = found === 'look' ? 'has it looked up' : `says ${found === 'effect' ? there : absent}`;
      return { phase: 'execute', tone: 'warn', text: `${principal} ${what}: ${reason}` };
    }
    case 'operation.reconciled': {
      const { found, by, command } = event.data;
      const who = by === 'look_up' ? 'by looking it up' : `by ${command.principal}`;
      const isThere = found === 'effect';
      const text = `no longer uncertain: ${isThere ? there : absent}, ${who}`;
      return { phase: 'execute', tone: isThere ? 'good' : 'warn', text };
    }
    case 'run.redriven': {
      const { principal, command } = event.data;
      const { action, reason } = command;
      const what =
        action.kind === 'redrive' && action.operations !== 'all'
          ? action.operations.join(', ')
          : 'what can be';
      return { phase: 'execute', tone: 'warn', text: `${principal} orders ${what} redriven: ${reason}` };
    }
    case 'redrive.taken': {
      const { operations } = event.data;
      const which = operations === 1 ? '1 operation' : `${operations} operations`;
      return { phase: 'execute', tone: 'warn', text: `the planner opens ${which} again` };
    }
    case 'operation.redriven': {
      const { previous_receipt_id: before } = event.data;
      const instead = before === null ? '' : `; ${before} counts no more`;
      return { phase: 'execute', tone: 'warn', text: `open again, to be authorized anew${instead}` };
    }
    case 'effect.drifted': {
      const { drift, differs } = event.data;
      const which = differs.length > 0 ? `: ${differs.join(', ')}` : '';
      return {
        phase: 'prove',
        tone: 'bad',
        text: `what was made has been ${drift} by somebody since${which}`,
      };
    }
    case 'effect.restored':
      return { phase: 'prove', tone: 'good', text: 'what was made is again as it was authorized' };
    case 'effect.unreceipted': {
      const { repository, operation_kind: kind, url, marker } = event.data;
      const forged = marker === 'forged' ? ', with a forged marker' : '';
      const text = `${repository} has what no receipt allowed (${kind})${forged}: ${url}`;
      return { phase: 'prove', tone: 'bad', text };
    }
  }
}

const there = 'its effect is there';
const absent = 'it has no effect';
