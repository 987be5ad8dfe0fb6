/*
 * What a screen keeps in the URL is flat text: `?status=failed,partial&q=widgets`. No JSON, so that a person can read, write and
 * shorten it.
 */

const valuesMax = 40;
const charsMax = 500;

export function parseSearch(text: string): Record<string, string> {
  const pairs = [...new URLSearchParams(text)].slice(0, valuesMax);
  return Object.fromEntries(pairs.map(([name, value]) => [name, value.slice(0, charsMax)]));
}

/** Empty values are left away. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if ((typeof value === 'string' || typeof value === 'number') && value !== '')
      text.set(name, String(value));
    else if (Array.isArray(value) && value.length > 0) text.set(name, value.map(String).join(','));
  }
  const query = text.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');
  return query === '' ? '' : `?${query}`;
}
