import type { Approval, OperationSet } from '@marketops/contracts';
import { plural, shortDigest, shortTime } from '../plain.js';
import { because, type Of, type Words } from './shared.js';

/** What federation says: who is asked, what is authorized, and what becomes of a receipt. */
export function authorityWords(
  event: Of<
    | 'approval.requested'
    | 'approval.counted'
    | 'operation.authorized'
    | 'receipt.issued'
    | 'receipt.advised'
    | 'receipt.expired'
    | 'receipt.revoked'
  >,
): Words {
  const phase = 'authorize';
  switch (event.type) {
    case 'approval.requested': {
      const { needs, evidence = [], operation_ids: ids, expires_at: until } = event.data;
      const people = needs.map(({ approvals, group }) => `${approvals} by ${group ?? 'any approver'}`);
      const text = `asks for approval of ${ids.join(', ')}: ${[...people, ...evidence].join(' and ')}, until ${shortTime(until, event.time)}`;
      return { phase, tone: 'warn', text };
    }
    case 'approval.counted':
      return {
        phase,
        tone: 'plain',
        text: `counts what was said for ${event.data.operation_ids.join(', ')}; the ledger vouches that nothing is missing`,
      };
    case 'operation.authorized': {
      const { policy_digest: policy, valid_until: until } = event.data;
      const text = `authorized under policy ${shortDigest(policy)}, until ${shortTime(until, event.time)}`;
      return { phase, tone: 'good', text };
    }
    case 'receipt.issued': {
      const { receipt_id: id, expires_at: until, supersedes } = event.data.receipt;
      const instead = supersedes === undefined ? '' : `, in place of ${supersedes}`;
      return { phase, tone: 'good', text: `receipt ${id}, until ${shortTime(until, event.time)}${instead}` };
    }
    case 'receipt.advised': {
      const codes = event.data.advisory.reasons.map(({ code }) => code);
      return { phase, tone: 'warn', text: `advisory, worth nothing at the gate: ${codes.join(', ')}` };
    }
    case 'receipt.expired':
      return {
        phase,
        tone: 'warn',
        text: `receipt ${event.data.receipt_id}: ${because(event.data.reason)}`,
      };
    case 'receipt.revoked': {
      const { receipt_id: id, reason, command } = event.data;
      const who = command === null ? 'with the key that signed it' : `by ${command.principal}`;
      return { phase, tone: 'bad', text: `receipt ${id} revoked ${who}: ${because(reason)}` };
    }
  }
}

/** What people and systems outside say of a plan, as they signed it. */
export function statementWords(
  event: Of<'approval.granted' | 'approval.denied' | 'approval.withdrawn' | 'evidence.recorded'>,
): Words {
  const phase = 'authorize';
  switch (event.type) {
    case 'approval.granted': {
      const { approval } = event.data;
      const text = `${approval.approver} approves ${setText(approval.operations)}, until ${shortTime(approval.expires_at, event.time)}${why(approval)}`;
      return { phase, tone: 'good', text };
    }
    case 'approval.denied': {
      const { approval } = event.data;
      const text = `${approval.approver} denies ${setText(approval.operations)}${why(approval)}`;
      return { phase, tone: 'bad', text };
    }
    case 'approval.withdrawn': {
      const { approval } = event.data;
      const text = `${approval.approver} takes back the approval ${approval.withdraws ?? '?'}${why(approval)}`;
      return { phase, tone: 'warn', text };
    }
    case 'evidence.recorded': {
      const { issuer, kind, value, expires_at: until } = event.data.evidence;
      return {
        phase,
        tone: 'plain',
        text: `${issuer} says ${kind} ${value}, until ${shortTime(until, event.time)}`,
      };
    }
  }
}

const setText = (set: OperationSet): string => (set === 'all' ? 'the whole plan' : set.join(', '));
const why = ({ reason }: Approval): string => (reason === null ? '' : `: ${reason}`);

/** What changes who may say what: keys, policies, freezes. */
export function rulesWords(
  event: Of<
    'key.added' | 'key.rotated' | 'key.revoked' | 'policy.loaded' | 'system.frozen' | 'system.unfrozen'
  >,
): Words {
  const phase = 'authorize';
  switch (event.type) {
    case 'key.added': {
      const { key } = event.data;
      const holder = 'actor' in key ? key.actor : 'principal' in key ? key.principal : key.issuer;
      return { phase, tone: 'plain', text: `key ${key.key_id} of ${holder} listed for ${key.purpose}` };
    }
    case 'key.rotated': {
      const { key_id: id, replaced_by: next, not_after: until } = event.data;
      const instead = next === null ? '' : `, then ${next}`;
      return {
        phase,
        tone: 'plain',
        text: `key ${id} signs until ${shortTime(until, event.time)}${instead}`,
      };
    }
    case 'key.revoked': {
      const { key_id: id, revoked_at: at, reason } = event.data;
      return {
        phase,
        tone: 'bad',
        text: `key ${id} revoked from ${shortTime(at, event.time)} on: ${reason}`,
      };
    }
    case 'policy.loaded': {
      const { policy_digest: digest, previous_digest: previous, policies } = event.data;
      const instead = previous === null ? '' : `, in place of ${shortDigest(previous)}`;
      return {
        phase,
        tone: 'plain',
        text: `policy ${shortDigest(digest)} in force, ${plural(policies, 'rule')}${instead}`,
      };
    }
    case 'system.frozen':
    case 'system.unfrozen': {
      const { scopes, principal, reason } = event.data;
      const verb = event.type === 'system.frozen' ? 'froze' : 'unfroze';
      return {
        phase: 'execute',
        tone: 'warn',
        text: `${principal} ${verb} ${scopes.join(', ')}: ${reason}`,
      };
    }
  }
}
