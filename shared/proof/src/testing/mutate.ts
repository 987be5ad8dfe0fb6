/** A value with one thing changed, and where. */
export interface Mutation<T> {
  readonly where: string;
  readonly value: T;
}

/** Other values for a leaf: of the same type where possible, so that only the content differs. */
function others(leaf: unknown): unknown[] {
  if (typeof leaf === 'number') return [leaf + 1, leaf - 1, -leaf - 1, leaf + 0.5];
  if (typeof leaf === 'boolean') return [!leaf];
  if (typeof leaf !== 'string') return ['something'];
  const replaced = [...leaf].map((character, index) => {
    const other = character === 'a' ? 'b' : 'a';
    return leaf.slice(0, index) + other + leaf.slice(index + 1);
  });
  return [...replaced, `${leaf}a`, leaf.slice(1), leaf.slice(0, -1), leaf.toUpperCase(), ` ${leaf}`].filter(
    (text) => text !== leaf,
  );
}

/** Every single mutation of every field of a JSON value: each leaf changed, each array item dropped or doubled. */
export function mutationsOf<T>(value: T, where = '$'): Mutation<T>[] {
  const made = (part: string, changed: unknown): Mutation<T> => ({ where: part, value: changed as T });
  if (Array.isArray(value)) {
    const inside = value.flatMap((item, index) =>
      mutationsOf<unknown>(item, `${where}[${index}]`).map((inner) =>
        made(inner.where, value.with(index, inner.value)),
      ),
    );
    const dropped = value.map((_, index) => made(`${where} without ${index}`, value.toSpliced(index, 1)));
    return [...inside, ...dropped, made(`${where} doubled`, [...value, value.at(-1) ?? 'a'.repeat(64)])];
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) =>
      mutationsOf<unknown>(member, `${where}.${key}`).map((inner) =>
        made(inner.where, { ...value, [key]: inner.value }),
      ),
    );
  }
  return others(value).map((other) => made(`${where} = ${JSON.stringify(other)}`, other));
}

/** The mutations that a verifier lets pass; a sound one leaves none. */
export function survivorsOf<T>(value: T, verify: (mutated: T) => unknown): string[] {
  const mutations = mutationsOf(value);
  if (mutations.length === 0) throw new Error('there is nothing to mutate');
  return mutations
    .filter((mutation) => passes(() => verify(mutation.value)))
    .map((mutation) => mutation.where);
}

function passes(verify: () => unknown): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}
