import type { Context } from 'hono';

/** The value of a cookie that came with the request; of two of that name the first. */
export function cookieOf(c: Context, name: string): string | undefined {
  for (const part of (c.req.header('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

export interface CookieOptions {
  /** Whether the browser is to send it over https alone. */
  readonly secure: boolean;
  readonly path: string;
  /** Seconds; 0 takes it away. */
  readonly maxAge: number;
}

/** Sets a cookie that no script reads and no other site’s form sends along. */
export function setCookie(c: Context, name: string, value: string, options: CookieOptions): void {
  const { secure, path, maxAge } = options;
  const parts = [`${name}=${value}`, `Path=${path}`, `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Lax'];
  c.header('set-cookie', [...parts, ...(secure ? ['Secure'] : [])].join('; '), { append: true });
}
