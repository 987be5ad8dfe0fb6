import type { GateCheck } from '@marketops/contracts';
import type { CheckedAnswer } from '../gate/answer.js';

type Answers = readonly CheckedAnswer[];

/** What a presentation must have right to speak for its operation: the document and what it is bound to. */
const bindings: readonly GateCheck[] = [
  'presence',
  'enforceable',
  'run_binding',
  'kind_binding',
  'operation_binding',
];

export const passes = (answers: Answers, checks: readonly GateCheck[]): boolean =>
  checks.every((check) => answers.some((one) => one.check === check && one.answer.verdict === 'pass'));

export const isBound = (answers: Answers): boolean => passes(answers, bindings);

/** Genuine, and bound to this operation: the only presentation that may change it. */
export const isGenuine = (answers: Answers): boolean => passes(answers, ['signatures', ...bindings]);
