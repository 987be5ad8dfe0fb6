/** One thing that was looked at, or that was to be. */
export interface Finding {
  readonly name: string;
  /** `skipped`: it was not looked at, so nothing is known of it; the detail says why. */
  readonly verdict: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly detail: string;
  /** What to do about it, where it is not ok. */
  readonly next?: string;
}

export const ok = (name: string, detail: string): Finding => ({ name, verdict: 'ok', detail });
export const skipped = (name: string, detail: string): Finding => ({ name, verdict: 'skipped', detail });
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
