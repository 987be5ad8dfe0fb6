import type { Page } from './api.js';
import { GitHubError } from './errors.js';

export const perPage = 100;
export const pagesMax = 100;

/**
 * Every item of a paged list. Pages are counted here; no address that an answer names is ever followed. It goes on
 * while a page is full or announces another one, because GitHub may return short pages in the middle. Items seen twice
 * (one was added meanwhile and moved the pages) come once. A page that is too large to be read is asked for in smaller
 * ones, down to single items: whoever may write long texts must not hide what is listed beside them. Beyond `max` full
 * pages it fails: a list cut short would make "not found" of what is there.
 * @param fetchPage one page of `size` items, counted from 1
 */
export async function* allPages<Item>(
  what: string,
  fetchPage: (page: number, size: number) => Promise<Page<Item[]>>,
  keyOf: (item: Item) => number | string,
  max = pagesMax,
): AsyncGenerator<Item> {
  const seen = new Set<number | string>();
  let size = perPage;
  // By position: a page of another size may begin before it, and what was seen comes once.
  for (let position = 0; position < max * perPage; ) {
    const page = Math.floor(position / size) + 1;
    const fetched = await fetchPage(page, size).catch((fault: unknown) => {
      if (!(fault instanceof GitHubError) || fault.code !== 'response_too_large' || size === 1) throw fault;
      return undefined;
    });
    if (fetched === undefined) {
      size = Math.floor(size / 2);
      continue;
    }
    for (const item of fetched.items) {
      const key = keyOf(item);
      if (seen.has(key)) continue;
      seen.add(key);
      yield item;
    }
    if (fetched.items.length < size && !fetched.more) return;
    position = page * size;
  }
  throw new GitHubError('response_too_large', `${what} fill more than ${max} pages of ${perPage}.`);
}

export const byId = ({ id }: { readonly id: number }): number => id;
