/** Does it to every item, a few at a time. The first fault is thrown when those under way have ended; no more are begun. */
export async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  const faults: unknown[] = [];
  const one = async (): Promise<void> => {
    for (const item of rest) {
      if (faults.length > 0) return;
      try {
        await work(item);
      } catch (fault) {
        faults.push(fault);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, one));
  if (faults.length > 0) throw faults[0];
}
