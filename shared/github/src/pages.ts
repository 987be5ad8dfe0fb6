import type { Page } from './api.js';
import { GitHubError } from './errors.js';

export const perPage = 100;
const pagesMax = 100;

/**
 * Every item of a paged list. Pages are counted here; no address that an answer names is ever followed. It goes on
 * while a page is full or announces another one, because GitHub may return short pages in the middle. Ids seen twice
 * (an item was added meanwhile and moved the pages) come once. Beyond 100 pages it fails: a list cut short would make
 * "not found" of what is there.
 */
export async function* allPages<Item extends { readonly id: number }>(
  what: string,
  fetchPage: (page: number) => Promise<Page<Item[]>>,
): AsyncGenerator<Item> {
  const seen = new Set<number>();
  for (let page = 1; page <= pagesMax; page += 1) {
    const { items, more } = await fetchPage(page);
    for (const item of items) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      yield item;
    }
    if (items.length < perPage && !more) return;
  }
  throw new GitHubError('response_too_large', `${what} fill more than ${pagesMax} pages of ${perPage}.`);
}
