/** A value with one thing in it changed, and where. */
export interface Mutation<Value> {
  readonly where: string;
  readonly value: Value;
}

/** Every single mutation: each leaf changed, each item of a list dropped. */
export function mutationsOf<Value>(value: Value, where = '$'): Mutation<Value>[] {
  const made = (at: string, changed: unknown): Mutation<Value> => ({ where: at, value: changed as Value });
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => [
      ...mutationsOf(item, `${where}[${index}]`).map((inner) =>
        made(inner.where, value.with(index, inner.value)),
      ),
      made(`${where} without ${index}`, value.toSpliced(index, 1)),
    ]);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
      mutationsOf(member, `${where}.${key}`).map((inner) =>
        made(inner.where, { ...value, [key]: inner.value }),
      ),
    );
  }
  return others(value).map((other) => made(`${where} = ${JSON.stringify(other)}`, other));
}

function others(leaf: unknown): readonly unknown[] {
  if (typeof leaf === 'number') return [leaf + 1, -leaf - 1];
  if (typeof leaf === 'boolean') return [!leaf];
  if (typeof leaf !== 'string') return ['something'];
  const replaced = Array.from(leaf, (character, index) => {
    const other = character === 'a' ? 'b' : 'a';
    return leaf.slice(0, index) + other + leaf.slice(index + 1);
  });
  return [...replaced, `${leaf}a`, leaf.slice(1), ` ${leaf}`].filter((text) => text !== leaf);
}
