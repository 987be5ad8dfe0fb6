import { plural, shortDigest } from '../plain.js';
import type { Of, Words } from './shared.js';

export function planWords(
  event: Of<
    'plan.requested' | 'plan.generated' | 'plan.rejected' | 'operation.planned' | 'operation.blocked'
  >,
): Words {
  switch (event.type) {
    case 'plan.requested':
      return {
        phase: 'plan',
        tone: 'plain',
        text: `${event.data.principal} asks, mode ${event.mode ?? '?'}`,
      };
    case 'plan.generated': {
      const { operations, would_ship: ships, would_not_ship: stays, plan_digest: digest } = event.data;
      const verdict = event.mode === 'prod' ? 'would ship' : 'would ship in prod';
      const text = `planned ${plural(operations, 'operation')}: ${ships} ${verdict}, ${stays} would not; plan ${shortDigest(digest)}`;
      return { phase: 'plan', tone: stays > 0 ? 'warn' : 'good', text };
    }
    case 'plan.rejected': {
      const faults = event.data.faults.map(({ path, message }) => `${path} ${message}`.trim());
      return { phase: 'plan', tone: 'bad', text: `rejected (${event.data.code}): ${faults.join('; ')}` };
    }
    case 'operation.planned': {
      const { operation_kind: kind, depends_on: on, operation_digest: digest } = event.data;
      const after = on.length > 0 ? `, after ${on.join(', ')}` : '';
      const what = digest === null ? 'a prerequisite is missing' : `operation ${shortDigest(digest)}`;
      return { phase: 'plan', tone: 'plain', text: `${kind}${after}; ${what}` };
    }
    case 'operation.blocked':
      return { phase: 'plan', tone: 'warn', text: `blocked (${event.data.reason.code})` };
  }
}
