import type { PasskeyAssertion } from '@marketops/contracts';

/** What was signed, as it is sent: an own key makes no assertion, and then there is no such member. */
export function carried<Signed extends { readonly assertion?: PasskeyAssertion | undefined }>({
  assertion,
  ...claims
}: Signed): Omit<Signed, 'assertion'> & { assertion?: PasskeyAssertion } {
  return assertion === undefined ? claims : { ...claims, assertion };
}
