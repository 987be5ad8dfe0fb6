import type { Answer, Call } from './call.js';

const numberOf = (text: string | null, fallback: number): number => {
  const value = Number(text);
  return text !== null && Number.isInteger(value) && value >= 1 ? value : fallback;
};

/** One page of `items`, with GitHub's `Link` header. `per_page` is 30 by default and 100 at most. */
export function page<Item>(call: Call, items: readonly Item[], render: (item: Item) => unknown): Answer {
  const perPage = Math.min(numberOf(call.query.get('per_page'), 30), 100);
  const at = numberOf(call.query.get('page'), 1);
  const last = Math.max(Math.ceil(items.length / perPage), 1);
  const json = items.slice((at - 1) * perPage, at * perPage).map(render);
  const link = (number: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(number));
    return `<${call.url}${call.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(at > 1 ? [link(at - 1, 'prev')] : []),
    ...(at < last ? [link(at + 1, 'next'), link(last, 'last')] : []),
    ...(at > 1 ? [link(1, 'first')] : []),
  ];
  return { status: 200, json, ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }) };
}
