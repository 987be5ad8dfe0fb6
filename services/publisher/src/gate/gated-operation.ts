import {
  type GateCheck,
  gateChecks,
  InvariantError,
  type Operation,
  type Receipt,
} from '@marketops/contracts';
import type { CheckedAnswer } from './answer.js';

const seal = Symbol('gate');

/**
 * The only key to an executor (laws P7, P8): an operation all twelve checks have passed, with the receipt that authorizes
 * it. The type cannot be written by hand (its constructor is private) and the value cannot be forged at run time (the
 * constructor wants a token that never leaves this file).
 */
export class GatedOperation {
  readonly operation: Operation;
  readonly receipt: Receipt;
  readonly #seal: symbol;

  private constructor(token: symbol, operation: Operation, receipt: Receipt) {
    if (token !== seal) throw new InvariantError('only the gate makes a GatedOperation');
    this.operation = operation;
    this.receipt = receipt;
    this.#seal = token;
    Object.freeze(this);
  }

  /**
   * For the gate alone. Wants the twelve answers and reads them again, so that even a caller who should not be here
   * cannot skip one.
   */
  static admit(operation: Operation, receipt: Receipt, answers: readonly CheckedAnswer[]): GatedOperation {
    const passed = (check: GateCheck, index: number): boolean =>
      answers[index]?.check === check && answers[index].answer.verdict === 'pass';
    if (answers.length !== gateChecks.length || !gateChecks.every(passed)) {
      throw new InvariantError('a GatedOperation takes twelve passes');
    }
    return new GatedOperation(seal, operation, receipt);
  }

  /** Whether the gate made this value; a look-alike with the same fields is not one. */
  static is(value: unknown): value is GatedOperation {
    return typeof value === 'object' && value !== null && #seal in value && value.#seal === seal;
  }
}
