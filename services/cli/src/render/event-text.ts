import { type GateCheck, gateCheckNumber, type MarketOpsEvent, type Reason } from '@marketops/contracts';
import { sanitize } from '../sanitize.js';
import { plural, shortDigest, shortTime } from './words.js';

export type Phase = 'plan' | 'authorize' | 'execute' | 'prove';
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'dim';

/** An event in a few words, safe to print. */
export interface EventText {
  readonly phase: Phase;
  readonly tone: Tone;
  /** Which operation it is about; empty for the run's own. */
  readonly subject: string;
  readonly text: string;
}

type Words = Pick<EventText, 'phase' | 'tone' | 'text'>;

export function eventText(event: MarketOpsEvent): EventText {
  const words = wordsOf(event);
  return { ...words, subject: subjectOf(event), text: sanitize(words.text, 600) };
}

function subjectOf({ stream }: MarketOpsEvent): string {
  return stream.startsWith('op/') ? sanitize(stream.split('/')[2] ?? '') : '';
}

const because = (reason: Reason): string => `${reason.message} (${reason.code})`;
const atCheck = (check: GateCheck): string => `check ${gateCheckNumber(check)}, ${check}`;

function wordsOf(event: MarketOpsEvent): Words {
  switch (event.type) {
    case 'plan.requested':
    case 'plan.generated':
    case 'plan.rejected':
    case 'operation.planned':
    case 'operation.blocked':
      return planWords(event);
    case 'operation.authorized':
    case 'receipt.issued':
    case 'receipt.advised':
    case 'receipt.expired':
      return authorityWords(event);
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
    default:
      return otherWords(event);
  }
}

type Of<Type extends MarketOpsEvent['type']> = Extract<MarketOpsEvent, { type: Type }>;

function planWords(
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
      return { phase: 'plan', tone: 'warn', text: `blocked: ${because(event.data.reason)}` };
  }
}

function authorityWords(
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

function executionWords(
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

function otherWords(event: MarketOpsEvent): Words {
  switch (event.type) {
    case 'operation.skipped':
      return { phase: 'execute', tone: 'warn', text: `skipped: ${because(event.data.reason)}` };
    case 'run.cancel_requested':
      return {
        phase: 'execute',
        tone: 'warn',
        text: `${event.data.principal} cancels: ${event.data.reason}`,
      };
    case 'run.stalled':
      return {
        phase: 'execute',
        tone: 'warn',
        text: `stalled, waiting for ${event.data.waiting_for.join(', ')}`,
      };
    case 'run.completed': {
      const { status, succeeded, failed, blocked, skipped, uncertain } = event.data;
      const counts = { succeeded, failed, blocked, skipped, uncertain };
      const told = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
      const tone = status === 'completed' ? 'good' : status === 'blocked' ? 'warn' : 'bad';
      return { phase: 'prove', tone, text: `run ${status}: ${told.join(', ') || 'nothing'}` };
    }
    case 'system.frozen':
    case 'system.unfrozen': {
      const { scopes, principal, reason } = event.data;
      const verb = event.type === 'system.frozen' ? 'froze' : 'unfroze';
      return { phase: 'execute', tone: 'warn', text: `${principal} ${verb} ${scopes.join(', ')}: ${reason}` };
    }
    case 'epoch.opened':
      return {
        phase: 'prove',
        tone: 'plain',
        text: `epoch ${event.data.epoch} opened: ${event.data.reason}`,
      };
    case 'stream.quarantined':
      return { phase: 'prove', tone: 'bad', text: `${event.data.stream} quarantined: ${event.data.reason}` };
    default:
      return { phase: 'prove', tone: 'dim', text: event.type };
  }
}
