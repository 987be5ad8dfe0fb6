import { atCheck, because, type Of, type Words } from './shared.js';

export function executionWords(
  event: Of<
    | 'operation.started'
    | 'operation.resumed'
    | 'operation.held'
    | 'operation.retried'
    | 'operation.succeeded'
    | 'operation.failed'
    | 'operation.refused'
    | 'operation.uncertain'
    | 'gate.refused'
  >,
): Words {
  const phase = 'execute';
  switch (event.type) {
    case 'operation.started':
      return { phase, tone: 'plain', text: `all twelve checks passed; ${event.data.receipt_id} is consumed` };
    case 'operation.resumed':
      return { phase, tone: 'warn', text: `resumed: ${event.data.reason}` };
    case 'operation.held':
      return {
        phase,
        tone: 'warn',
        text: `held at ${atCheck(event.data.check)}: ${because(event.data.reason)}`,
      };
    case 'operation.retried': {
      const { attempt, error_code: code, error_message: message } = event.data;
      return { phase, tone: 'warn', text: `attempt ${attempt} failed, again later: ${message} (${code})` };
    }
    case 'operation.succeeded': {
      const { result } = event.data.audit;
      const how = result?.adopted === true ? 'found as authorized, adopted' : 'done';
      return { phase, tone: 'good', text: `${how}: ${result?.url ?? 'no address'}` };
    }
    case 'operation.failed': {
      const { error_code: code, error_message: message } = event.data.audit;
      return { phase, tone: 'bad', text: `failed: ${message ?? 'no reason'} (${code ?? 'no code'})` };
    }
    case 'operation.refused':
      return {
        phase,
        tone: 'bad',
        text: `refused at ${atCheck(event.data.check)}: ${because(event.data.reason)}`,
      };
    case 'operation.uncertain':
      return { phase, tone: 'bad', text: `uncertain, a human must look: ${because(event.data.reason)}` };
    case 'gate.refused': {
      const { check, reason, claimed_receipt_id: claimed } = event.data;
      const text = `unverified claim (${claimed ?? 'no receipt'}) refused at ${atCheck(check)}: ${because(reason)}`;
      return { phase, tone: 'warn', text };
    }
  }
}
