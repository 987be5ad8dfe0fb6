import type { MarketOpsEvent } from '@marketops/contracts';
import { because, type Words } from './shared.js';

export function otherWords(event: MarketOpsEvent): Words {
  switch (event.type) {
    case 'operation.skipped':
      return { phase: 'execute', tone: 'warn', text: `skipped: ${because(event.data.reason)}` };
    case 'run.cancel_requested':
      return {
        phase: 'execute',
        tone: 'warn',
        text: `${event.data.principal} cancels: ${event.data.reason}`,
      };
    case 'blob.erased': {
      const { run_id, principal, command } = event.data;
      return { phase: 'prove', tone: 'warn', text: `${principal} has ${run_id} erased: ${command.reason}` };
    }
    case 'run.stalled':
      return {
        phase: 'execute',
        tone: 'warn',
        text: `stalled, waiting for ${event.data.waiting_for.join(', ') || 'its plan'}`,
      };
    case 'run.completed': {
      const { status, succeeded, failed, blocked, skipped, uncertain } = event.data;
      const counts = { succeeded, failed, blocked, skipped, uncertain };
      const told = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
      const tone = status === 'completed' ? 'good' : status === 'blocked' ? 'warn' : 'bad';
      return { phase: 'prove', tone, text: `run ${status}: ${told.join(', ') || 'nothing'}` };
    }
    case 'access.refused': {
      const { code, operation, principal, refusals } = event.data;
      const times = refusals === 1 ? '' : `, ${refusals} times`;
      return {
        phase: 'prove',
        tone: 'warn',
        text: `the API refused ${principal ?? 'somebody unknown'} ${operation}: ${code}${times}`,
      };
    }
    case 'service.started':
      return { phase: 'prove', tone: 'dim', text: `${event.data.service} started` };
    case 'epoch.opened':
      return {
        phase: 'prove',
        tone: 'plain',
        text: `epoch ${event.data.epoch} opened: ${event.data.reason}`,
      };
    case 'minting.stopped':
      return { phase: 'prove', tone: 'bad', text: `minting stopped: ${event.data.reason}` };
    case 'minting.resumed':
      return { phase: 'prove', tone: 'good', text: `minting resumed: ${event.data.reason}` };
    case 'stream.quarantined':
      return { phase: 'prove', tone: 'bad', text: `${event.data.stream} quarantined: ${event.data.reason}` };
    default:
      return { phase: 'prove', tone: 'dim', text: event.type };
  }
}
