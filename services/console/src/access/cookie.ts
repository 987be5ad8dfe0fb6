import type { Context } from 'hono';

/**
 * The name under which a cookie is kept. Over https it has the prefix `__Host-`: a browser takes such a cookie from this very host
 * alone, so that no neighbour below the same domain can put a session of its own choosing there.
 */
export const cookieName = (name: string, secure: boolean): string => (secure ? `__Host-${name}` : name);

/** The value of a cookie that came with the request; of two of that name the first. */
export function cookieOf(c: Context, name: string, secure: boolean): string | undefined {
  const wanted = cookieName(name, secure);
  for (const part of (c.req.header('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === wanted) return part.slice(at + 1).trim();
  }
  return undefined;
}

export interface CookieOptions {
  /** Whether the browser is to send it over https alone. */
  readonly secure: boolean;
  /** Seconds; 0 takes it away. */
  readonly maxAge: number;
}

/** Sets a cookie for every page of ours that no script reads and no other site’s form sends along. */
export function setCookie(c: Context, name: string, value: string, { secure, maxAge }: CookieOptions): void {
  const own = cookieName(name, secure);
  const parts = [`${own}=${value}`, 'Path=/', `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Lax'];
  c.header('set-cookie', [...parts, ...(secure ? ['Secure'] : [])].join('; '), { append: true });
}
