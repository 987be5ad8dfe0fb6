/** The first of these scopes that is frozen in any of the maps (scope → why); undefined for none. */
export function frozenScope(
  scopes: readonly string[],
  ...frozen: readonly ReadonlyMap<string, string>[]
): { readonly scope: string; readonly reason: string } | undefined {
  for (const scope of scopes) {
    for (const map of frozen) {
      const reason = map.get(scope);
      if (reason !== undefined) return { scope, reason };
    }
  }
  return undefined;
}
