import type { FeedItem } from '../feed.js';
import type { FeedRequest } from '../feed-reader.js';
import type { RunIndex } from '../run-index.js';

/** The next items, as many as asked for. */
export async function takeFeed(
  index: RunIndex,
  count: number,
  request: Partial<FeedRequest> = {},
): Promise<FeedItem[]> {
  const items: FeedItem[] = [];
  const { signal } = new AbortController();
  for await (const item of index.feed({ allowed: 'all', signal, ...request })) {
    items.push(item);
    if (items.length === count) break;
  }
  return items;
}
