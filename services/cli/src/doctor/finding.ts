/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it, where it is not ok. */
  readonly next?: string;
}

export const ok = (name: string, detail: string): Finding => ({ name, verdict: 'ok', detail });
export const warn = (name: string, detail: string, next: string): Finding => ({
  name,
  verdict: 'warn',
  detail,
  next,
});
export const fail = (name: string, detail: string, next: string): Finding => ({
  name,
  verdict: 'fail',
  detail,
  next,
});
