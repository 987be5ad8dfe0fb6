import type { ApiGrant, ApiRole } from '@marketops/operator/api-keys';

interface Rule {
  readonly claim: string;
  readonly value: string;
  readonly tenants: 'all' | readonly string[];
  readonly roles: readonly ApiRole[];
}

/** The grants that somebody’s claims earn: a claim must be the value, or a list that holds it, in exactly these words. Pure. */
export const grantsOf = (rules: readonly Rule[], claims: Readonly<Record<string, unknown>>): ApiGrant[] =>
  rules.flatMap(({ claim, value, tenants, roles }) => {
    const said = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    // Only an address that the provider has seen belong to them.
    if (claim === 'email' && claims['email_verified'] !== true) return [];
    const fits = Array.isArray(said) ? said.includes(value) : said === value;
    return fits ? [{ tenants: tenants === 'all' ? 'all' : [...tenants], roles: [...roles] }] : [];
  });
