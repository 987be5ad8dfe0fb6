/** A promise with its handles outside: what a test waits for instead of sleeping. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

export function deferred<Value = void>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Values as they come: `at(n)` resolves when the n-th (from 1) has been pushed. */
export interface Collector<Value> {
  readonly values: readonly Value[];
  push(value: Value): void;
  at(count: number): Promise<Value>;
}

export function collector<Value>(): Collector<Value> {
  const values: Value[] = [];
  const waiting = new Map<number, Deferred<Value>[]>();
  return {
    values,
    push(value) {
      values.push(value);
      for (const { resolve } of waiting.get(values.length) ?? []) resolve(value);
      waiting.delete(values.length);
    },
    async at(count) {
      const there = values[count - 1];
      if (values.length >= count && there !== undefined) return there;
      const awaited = deferred<Value>();
      waiting.set(count, [...(waiting.get(count) ?? []), awaited]);
      return awaited.promise;
    },
  };
}
