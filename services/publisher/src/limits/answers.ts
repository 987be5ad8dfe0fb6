/** What keeps a request or an operation waiting, as the scripts call it. */
export type WaitReason =
  | 'paused'
  | 'remaining'
  | 'primary'
  | 'points'
  | 'spacing'
  | 'writes_per_minute'
  | 'writes_per_hour'
  | 'concurrent'
  | 'fairness';

export type ScriptAnswer =
  /** `atMs` is Redis' clock: the turn of a request, 0 for an operation. */
  | { readonly verdict: 'go'; readonly waitMs: number; readonly atMs: number; readonly life: string }
  | { readonly verdict: 'wait'; readonly waitMs: number; readonly why: WaitReason; readonly life: string }
  | { readonly verdict: 'elsewhere'; readonly life: string }
  | { readonly verdict: 'restore' };

const words: Readonly<Record<WaitReason, string>> = {
  paused: 'GitHub has asked it to pause',
  remaining: 'GitHub’s hour has no request left',
  primary: 'the requests of the hour are spent',
  points: 'the points of the minute are spent',
  spacing: 'its writes are in line, one second apart',
  writes_per_minute: 'the writes of the minute are spent',
  writes_per_hour: 'the writes of the hour are spent',
  concurrent: 'as many requests as may be are under way',
  fairness: 'other operations of the account are before it',
};

export const wordsFor = (why: WaitReason): string => words[why];

const isReason = (value: unknown): value is WaitReason => typeof value === 'string' && value in words;

/** @throws TypeError for what no script of ours answers */
export function readAnswer(raw: unknown): ScriptAnswer {
  const [verdict, wait, why, life, at] = Array.isArray(raw) ? (raw as unknown[]) : [];
  const waitMs = Number(wait);
  if (verdict === 'restore') return { verdict };
  if (typeof life === 'string' && Number.isFinite(waitMs)) {
    if (verdict === 'go') return { verdict, waitMs, life, atMs: Number(at ?? 0) };
    if (verdict === 'wait' && isReason(why)) return { verdict, waitMs, why, life };
    if (verdict === 'elsewhere') return { verdict, life };
  }
  throw new TypeError('the script of the limits answered with something else');
}
