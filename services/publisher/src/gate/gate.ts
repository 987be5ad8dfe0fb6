import { Fault, type GateCheck, gateChecks, type Reason } from '@marketops/contracts';
import { checkAcknowledged } from './acknowledged.js';
import { type Answer, type CheckedAnswer, hold, refuse } from './answer.js';
import { checkAudience } from './audience.js';
import { contextOf, type GateContext, type GateFacts, type GateRules } from './context.js';
import { checkEnforceable } from './enforceable.js';
import { checkFresh } from './fresh.js';
import { GatedOperation } from './gated-operation.js';
import { checkKindBinding } from './kind-binding.js';
import { checkMode } from './mode.js';
import { checkOperationBinding } from './operation-binding.js';
import { checkPresence } from './presence.js';
import { checkRunBinding } from './run-binding.js';
import { checkSignatures } from './signatures.js';
import { checkUnconsumed } from './unconsumed.js';
import { checkUnexpired } from './unexpired.js';

/** The twelve, in the order they are asked. The order and the names are the contracts'; none can be left out. */
const checks: Readonly<Record<GateCheck, (context: GateContext) => Answer>> = {
  mode: checkMode,
  presence: checkPresence,
  signatures: checkSignatures,
  enforceable: checkEnforceable,
  audience: checkAudience,
  run_binding: checkRunBinding,
  kind_binding: checkKindBinding,
  operation_binding: checkOperationBinding,
  unconsumed: checkUnconsumed,
  unexpired: checkUnexpired,
  fresh: checkFresh,
  acknowledged: checkAcknowledged,
};

/** What every check said, and what follows. The first that does not pass decides. */
export type GateVerdict = { readonly context: GateContext; readonly answers: readonly CheckedAnswer[] } & (
  | { readonly verdict: 'pass'; readonly gated: GatedOperation }
  | {
      readonly verdict: 'hold';
      readonly check: GateCheck;
      readonly reason: Reason;
      readonly delayMs?: number;
    }
  | { readonly verdict: 'refuse'; readonly check: GateCheck; readonly reason: Reason }
);

export interface Gate {
  judge(facts: GateFacts): GateVerdict;
}

/**
 * The gate: is this presentation bound, in every respect, to this operation? Pure: facts in, verdict out. All twelve are
 * asked every time, so that the verdict can say whether a receipt that is refused for one thing is genuine in every other.
 */
export function createGate(rules: GateRules): Gate {
  return {
    judge(facts) {
      const context = contextOf(rules, facts);
      const answers = gateChecks.map((check): CheckedAnswer => ({ check, answer: ask(check, context) }));
      return verdictOf(context, answers);
    },
  };
}

function verdictOf(context: GateContext, answers: readonly CheckedAnswer[]): GateVerdict {
  const { receipt, operation } = context;
  const first = answers.find(({ answer }) => answer.verdict === 'hold' || answer.verdict === 'refuse');
  if (first !== undefined && (first.answer.verdict === 'hold' || first.answer.verdict === 'refuse')) {
    return { ...first.answer, check: first.check, context, answers };
  }
  const unasked = answers.find(({ answer }) => answer.verdict !== 'pass');
  if (unasked !== undefined || receipt === undefined || operation.status !== 'loaded') {
    // No check has refused, and still one has not passed: that is a refusal too (law P8).
    const { answer, check } = { check: unasked?.check ?? 'presence', answer: notPassed };
    return { ...answer, check, context, answers };
  }
  const gated = GatedOperation.admit(operation.operation, receipt, answers);
  return { verdict: 'pass', gated, context, answers };
}

const notPassed = {
  verdict: 'refuse',
  reason: {
    code: 'not_passed',
    message: 'A check could not be asked, so it has not passed.',
    remedy: 'Submit a plan; federation enqueues each operation with its receipt.',
  },
} as const;

/** An error while checking never passes (law P8): what may go away is held, everything else is refused. */
function ask(check: GateCheck, context: GateContext): Answer {
  try {
    return checks[check](context);
  } catch (fault) {
    const message = fault instanceof Fault ? `${fault.code}: ${fault.message}` : 'The check itself failed.';
    const remedy = fault instanceof Fault ? fault.next : 'This is a defect: report it with the run id.';
    return fault instanceof Fault && fault.retry !== 'terminal'
      ? hold('check_failed', message, remedy)
      : refuse('check_failed', message, remedy);
  }
}
