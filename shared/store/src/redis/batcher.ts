/**
 * One call in flight at a time: what is asked for meanwhile goes out together in the next. Idle, it adds one turn of
 * the event loop; busy, it turns many small round trips into few large ones.
 */
export interface Batcher<Item, Result> {
  add(item: Item): Promise<Result>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * @param flush answers every item of a batch in its order, or rejects for all of them.
 * @param weightMax a batch ends before its items weigh more; one item may weigh more alone.
 */
export function createBatcher<Item, Result>(
  flush: (items: readonly Item[]) => Promise<readonly Result[]>,
  weightMax: number,
  weightOf: (item: Item) => number = () => 1,
): Batcher<Item, Result> {
  const queue: Waiting<Item, Result>[] = [];
  let busy = false;

  const flushNext = async (): Promise<void> => {
    let count = 0;
    for (let weight = 0; count < queue.length; count += 1) {
      const next = queue[count];
      if (next !== undefined) weight += weightOf(next.item);
      if (weight > weightMax && count > 0) break;
    }
    const batch = queue.splice(0, count);
    try {
      const results = await flush(batch.map(({ item }) => item));
      if (results.length !== batch.length) throw new RangeError('the store answered another number of calls');
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as Result);
      });
    } catch (fault) {
      for (const { reject } of batch) reject(fault);
    }
  };

  const run = async (): Promise<void> => {
    busy = true;
    // Whatever else this turn of the event loop asks for is still in the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) await flushNext();
    busy = false;
  };

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (!busy) void run();
      }),
  };
}
