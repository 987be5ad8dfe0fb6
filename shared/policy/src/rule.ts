import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { EvidenceClaims, GroupName, type OperationKind } from '@marketops/contracts';
import type { Place } from './errors.js';
import { policyLimits } from './files.js';
import type { CountedEvidence } from './port.js';
import { operationKinds } from './schema.js';

/** One policy as it was read. */
export interface PolicyRule extends Place {
  readonly id: string;
  readonly file: string;
  readonly effect: 'permit' | 'forbid';
  /** The kinds of operation it can speak of. */
  readonly kinds: readonly OperationKind[];
  readonly reason: string | null;
  readonly remedy: string | null;
  /** How many people's approval would lift this forbid, and of which group; null where none would. */
  readonly approvals: { readonly count: number; readonly group: string | null } | null;
  /** The fact that would lift this forbid; null where none would. */
  readonly evidence: CountedEvidence | null;
  /** Its Cedar text. */
  readonly text: string;
}

const known = ['id', 'reason', 'remedy', 'approvals', 'approver_group', 'evidence'];
export const approvalsMax = 10;

/** What is wrong with a policy's annotations, each as a sentence; empty where nothing is. */
export function annotationFaults({ effect, annotations = {} }: PolicyJson): string[] {
  const { id, reason, remedy, approvals, approver_group: group, evidence } = annotations;
  const faults = Object.keys(annotations)
    .filter((name) => !known.includes(name))
    .map((name) => `@${name} is not known; known are ${known.map((one) => `@${one}`).join(', ')}`);
  const need = (name: string, value: string | undefined) => {
    if (effect === 'forbid' && blank(value)) faults.push(`a forbid needs @${name}("…")`);
    if ((value?.length ?? 0) > policyLimits.textCharsMax)
      faults.push(`@${name} is longer than ${policyLimits.textCharsMax} characters`);
  };
  if (blank(id)) faults.push('a policy needs @id("…")');
  else if (!/^[a-z0-9][a-z0-9._-]*$/.test(id ?? '') || (id?.length ?? 0) > policyLimits.idCharsMax)
    faults.push(`@id must be at most ${policyLimits.idCharsMax} characters of a–z, 0–9, . _ -`);
  need('reason', reason);
  need('remedy', remedy);
  if (effect === 'permit' && (approvals !== undefined || group !== undefined))
    faults.push('@approvals and @approver_group stand on a forbid only');
  if (approvals !== undefined && !/^(?:[1-9]|10)$/.test(approvals))
    faults.push(`@approvals must be a whole number from 1 to ${approvalsMax}`);
  if (group !== undefined && approvals === undefined) faults.push('@approver_group needs @approvals("…")');
  if (group !== undefined && !GroupName.safeParse(group).success)
    faults.push('@approver_group must be the name of a group: a–z, 0–9 and -');
  if (evidence !== undefined && effect === 'permit') faults.push('@evidence stands on a forbid only');
  if (evidence !== undefined && factOf(evidence) === null)
    faults.push('@evidence must be a kind and a value, such as ci.result=passed');
  return faults;
}

/** `ci.result=passed` as a fact; null for what is none. */
export function factOf(text: string): CountedEvidence | null {
  const at = text.indexOf('=');
  const [kind, value] = [text.slice(0, at), text.slice(at + 1)];
  const isFact =
    EvidenceClaims.shape.kind.safeParse(kind).success && EvidenceClaims.shape.value.safeParse(value).success;
  return at > 0 && isFact ? { kind, value } : null;
}

const blank = (text: string | undefined): boolean => text === undefined || text.trim() === '';

/** Of annotations without faults. */
export function ruleOf(
  json: PolicyJson,
  where: Place & { readonly file: string; readonly text: string },
): PolicyRule {
  const { id = '', reason, remedy, approvals, approver_group: group, evidence } = json.annotations ?? {};
  return {
    ...where,
    id,
    effect: json.effect,
    kinds: kindsOf(json.action),
    reason: blank(reason) ? null : (reason ?? null),
    remedy: blank(remedy) ? null : (remedy ?? null),
    approvals: approvals === undefined ? null : { count: Number(approvals), group: group ?? null },
    evidence: evidence === undefined ? null : factOf(evidence),
  };
}

/** The kinds that a policy's scope lets it speak of. */
export function kindsOf(action: PolicyJson['action']): readonly OperationKind[] {
  // What is not known to speak of less speaks of everything: no policy is ever left out by mistake.
  if (action.op !== '==' && action.op !== 'in') return operationKinds;
  const entities = 'entities' in action ? action.entities : 'entity' in action ? [action.entity] : [];
  const names = entities.map((one) => ('__entity' in one ? one.__entity.id : one.id));
  return operationKinds.filter((kind) => names.includes(kind));
}
