/**
 * Whether two values of JSON have the same canonical bytes: exactly where they have the same members with the same values,
 * in whatever order. To compare them costs a small part of writing both.
 */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) {
    return one === other;
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  for (const name of names) {
    if (!Object.hasOwn(other, name) || !isSameJson(memberOf(one, name), memberOf(other, name))) return false;
  }
  return true;
}

const memberOf = (value: object, name: string): unknown => (value as Readonly<Record<string, unknown>>)[name];
