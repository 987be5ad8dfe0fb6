import { CliError } from '../errors.js';

/** A contract of `@marketops/contracts`, as much of it as is asked for here. */
interface Contract<Value> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: Value }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly message: string }[] };
      };
}

/** What was typed, as its contract reads it. @throws CliError `usage_invalid` naming the argument */
export function parsed<Value>(contract: Contract<Value>, name: string, value: unknown): Value {
  const result = contract.safeParse(value);
  if (result.success) return result.data;
  throw new CliError('usage_invalid', `${name} ${result.error.issues[0]?.message ?? 'is invalid'}`, {
    next: 'See the same command with --help.',
  });
}
