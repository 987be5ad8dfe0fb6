import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import { cedar } from './cedar.js';
import { decide } from './decide.js';
import type { PolicyAnswer, PolicyQuestion } from './port.js';
import type { Prepared } from './prepared.js';
import { wholeCedarRequest } from './request.js';
import type { PolicyRule } from './rule.js';

/** What one policy says, asked by itself. */
export interface PolicyWord {
  readonly rule: PolicyRule;
  readonly says: 'permits' | 'forbids' | 'nothing' | 'error';
  /** Of `error`. */
  readonly message: string | null;
}

export interface PolicyExplanation {
  readonly answer: PolicyAnswer;
  /** Every policy that can speak of this kind of operation, in the order of the files. */
  readonly words: readonly PolicyWord[];
  /** What the policies were asked about. */
  readonly asked: {
    readonly principal: string;
    readonly action: string;
    readonly resource: string;
    readonly context: Readonly<Record<string, CedarValueJson>>;
  };
}

/** Slower than deciding: every policy is asked by itself, for Cedar names only those that settled it. */
export function explain(prepared: Prepared, question: PolicyQuestion): PolicyExplanation {
  const { principal, action, resource, context } = wholeCedarRequest(question);
  const speaking = [...prepared.rules.values()].filter(({ kinds }) =>
    kinds.includes(question.operation.kind),
  );
  return {
    answer: decide(prepared, question),
    words: speaking.map((rule) => wordOf(rule, question)),
    asked: { principal: principal.id, action: action.id, resource: resource.id, context },
  };
}

function wordOf(rule: PolicyRule, question: PolicyQuestion): PolicyWord {
  const call = { ...wholeCedarRequest(question), policies: { staticPolicies: { [rule.id]: rule.text } } };
  const answer = cedar((engine) => engine.isAuthorized(call));
  if (answer.type === 'failure') return { rule, says: 'error', message: answer.errors[0]?.message ?? null };
  const [error] = answer.response.diagnostics.errors;
  if (error !== undefined) return { rule, says: 'error', message: error.error.message };
  const applies = answer.response.diagnostics.reason.includes(rule.id);
  const says = applies ? (rule.effect === 'permit' ? 'permits' : 'forbids') : 'nothing';
  return { rule, says, message: null };
}
