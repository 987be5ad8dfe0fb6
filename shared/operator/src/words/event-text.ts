import type { MarketOpsEvent } from '@marketops/contracts';
import { sanitize } from '@marketops/verifier/plain-text';
import { authorityWords, rulesWords, statementWords } from './events/authority.js';
import { effectWords } from './events/effects.js';
import { executionWords } from './events/execution.js';
import { otherWords } from './events/other.js';
import { planWords } from './events/plan.js';
import type { Words } from './events/shared.js';

/** An event in a few words, safe to print. */
export interface EventText extends Words {
  /** Which operation it is about; empty for the run's own. */
  readonly subject: string;
}

export function eventText(event: MarketOpsEvent): EventText {
  const words = wordsOf(event);
  return { ...words, subject: subjectOf(event), text: sanitize(words.text, 600) };
}

function subjectOf({ stream }: MarketOpsEvent): string {
  return stream.startsWith('op/') ? sanitize(stream.split('/')[2] ?? '') : '';
}

function wordsOf(event: MarketOpsEvent): Words {
  switch (event.type) {
    case 'plan.requested':
    case 'plan.generated':
    case 'plan.rejected':
    case 'operation.planned':
    case 'operation.blocked':
      return planWords(event);
    case 'approval.requested':
    case 'approval.counted':
    case 'operation.authorized':
    case 'receipt.issued':
    case 'receipt.advised':
    case 'receipt.expired':
    case 'receipt.revoked':
      return authorityWords(event);
    case 'approval.granted':
    case 'approval.denied':
    case 'approval.withdrawn':
    case 'evidence.recorded':
      return statementWords(event);
    case 'key.added':
    case 'key.rotated':
    case 'key.revoked':
    case 'policy.loaded':
    case 'system.frozen':
    case 'system.unfrozen':
      return rulesWords(event);
    case 'operation.started':
    case 'operation.resumed':
    case 'operation.held':
    case 'operation.retried':
    case 'operation.succeeded':
    case 'operation.failed':
    case 'operation.refused':
    case 'operation.uncertain':
    case 'gate.refused':
      return executionWords(event);
    case 'reconcile.requested':
    case 'operation.reconciled':
    case 'run.redriven':
    case 'redrive.taken':
    case 'operation.redriven':
    case 'effect.drifted':
    case 'effect.restored':
    case 'effect.unreceipted':
      return effectWords(event);
    default:
      return otherWords(event);
  }
}
