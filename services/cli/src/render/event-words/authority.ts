import { shortDigest, shortTime } from '../words.js';
import { because, type Of, type Words } from './shared.js';

export function authorityWords(
  event: Of<'operation.authorized' | 'receipt.issued' | 'receipt.advised' | 'receipt.expired'>,
): Words {
  switch (event.type) {
    case 'operation.authorized': {
      const { policy_digest: policy, valid_until: until } = event.data;
      const text = `authorized under policy ${shortDigest(policy)}, until ${shortTime(until, event.time)}`;
      return { phase: 'authorize', tone: 'good', text };
    }
    case 'receipt.issued': {
      const { receipt_id: id, expires_at: until } = event.data.receipt;
      return {
        phase: 'authorize',
        tone: 'good',
        text: `receipt ${id}, until ${shortTime(until, event.time)}`,
      };
    }
    case 'receipt.advised': {
      const codes = event.data.advisory.reasons.map(({ code }) => code);
      return {
        phase: 'authorize',
        tone: 'warn',
        text: `advisory, worth nothing at the gate: ${codes.join(', ')}`,
      };
    }
    case 'receipt.expired':
      return {
        phase: 'authorize',
        tone: 'warn',
        text: `receipt ${event.data.receipt_id}: ${because(event.data.reason)}`,
      };
  }
}
