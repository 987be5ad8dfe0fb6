/** Asks for at most `sizeMax` items at a time, all at once; the answers stand in the order of the items. */
export async function inChunks<Item, Answer>(
  items: readonly Item[],
  sizeMax: number,
  ask: (chunk: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  if (items.length === 0) return [];
  // Nearly always: no copy, and the promise that is there anyway.
  if (items.length <= sizeMax) return ask(items);
  const chunks: Promise<readonly Answer[]>[] = [];
  for (let at = 0; at < items.length; at += sizeMax) chunks.push(ask(items.slice(at, at + sizeMax)));
  return (await Promise.all(chunks)).flat();
}
