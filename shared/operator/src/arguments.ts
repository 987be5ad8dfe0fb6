import { ReceiptId, Remark, RunId } from '@marketops/contracts';
import { OperatorError } from './errors.js';

/** A contract of `@marketops/contracts`, as much of it as is asked for here. */
interface Contract<Value> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: Value }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly message: string }[] };
      };
}

/** What was typed, as its contract reads it. @throws OperatorError `usage_invalid` naming the argument */
export function parsed<Value>(
  contract: Contract<Value>,
  name: string,
  value: unknown,
  next = 'See the same command with --help.',
): Value {
  const result = contract.safeParse(value);
  if (result.success) return result.data;
  throw new OperatorError('usage_invalid', `${name} ${result.error.issues[0]?.message ?? 'is invalid'}`, {
    next,
  });
}

/** @throws OperatorError `usage_invalid` */
export const parseRunId = (text: string): string =>
  parsed(RunId, 'the run', text, 'Copy it from marketops runs or from what submit printed.');

/** @throws OperatorError `usage_invalid` */
export const parseReceiptId = (text: string): string =>
  parsed(ReceiptId, 'the receipt', text, 'Copy it from marketops receipts or from marketops show.');

/** Why somebody does something: it is recorded. @throws OperatorError `usage_invalid` */
export const parseReason = (text: string): string =>
  parsed(Remark, '--reason', text.trim(), 'Say in one line why; it is recorded.');

/** A run or receipt id, as a page gave it for the next one. @throws OperatorError `usage_invalid` */
export function parseCursor(text: string): string {
  if ([ReceiptId, RunId].some((contract) => contract.safeParse(text).success)) return text;
  throw new OperatorError(
    'usage_invalid',
    '--after must be a receipt id or run id as the page before gave it',
    {
      next: 'Leave it out for the newest receipts.',
    },
  );
}
