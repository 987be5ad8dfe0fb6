import { Scope } from '@marketops/contracts';

export const scopeKinds = ['all', 'tenant', 'account', 'repository'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

export const scopeHints: Readonly<Record<Exclude<ScopeKind, 'all'>, string>> = {
  tenant: 'acme',
  account: 'acme',
  repository: 'acme/widgets',
};

/** The scope as orders name it, or why it is none. GitHub's names ignore case, so scopes are in lower case. */
export function scopeOf(
  kind: ScopeKind,
  name: string,
): { readonly scope: string } | { readonly lacks: string } {
  if (kind === 'all') return { scope: 'all' };
  const text = name.trim().toLowerCase();
  if (text === '') return { lacks: `Name the ${kind}.` };
  const parsed = Scope.safeParse(`${kind}:${text}`);
  return parsed.success
    ? { scope: parsed.data }
    : { lacks: `This names no ${kind}: such as ${scopeHints[kind]}.` };
}
