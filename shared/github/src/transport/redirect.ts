import type { Scrub } from '../words.js';

const redirects: ReadonlySet<number> = new Set([300, 301, 302, 303, 307, 308]);

export const isRedirect = (status: number): boolean => redirects.has(status);

export interface Redirect {
  /** Where it points, without the query: only when that is the origin that was asked. */
  readonly movedTo: string | undefined;
  readonly said: string;
}

/**
 * What a redirect says. GitHub sends them for repositories that were renamed or transferred. A place at another origin
 * is not repeated: whoever reads the message might open it.
 */
export function redirectOf(status: number, location: string | undefined, asked: URL, scrub: Scrub): Redirect {
  const answered = `was answered ${status}, a redirect, which is never followed`;
  if (location === undefined || !URL.canParse(location, asked.href))
    return { movedTo: undefined, said: answered };
  const to = new URL(location, asked);
  if (to.origin !== asked.origin || to.username !== '') {
    return { movedTo: undefined, said: `${answered}: it points to another origin` };
  }
  const movedTo = scrub(to.pathname).slice(0, 300);
  return { movedTo, said: `${answered}: the repository was renamed or moved, to ${movedTo}` };
}
