import type { Check, OperationDetail, RunDetail, WhyNot } from '@marketops/client';
import type { Tone } from '../components/badge.js';
import { plural } from '../text/words.js';

/** What the banner above a run says. */
export interface BannerView {
  readonly tone: Tone;
  readonly title: string;
  readonly sentence: string;
  /** The operation whose twelve checks it shows; undefined where none came that far. */
  readonly checked: OperationDetail | undefined;
  /** UTC; undefined where nothing expires. */
  readonly expiresAt: string | undefined;
}

type Parts = Pick<
  RunDetail,
  'banner' | 'mode' | 'status' | 'operations' | 'outcome' | 'rejected' | 'why_not_shipped'
>;

/**
 * Gold is a dry run: blocked, and safe. Blue is a prod run that waits for authority. Green is one that has it, with all twelve checks
 * and the time that is left. What has ended says how.
 * @param msLeft until the receipt expires: a page that stays open must not go on calling it green
 */
export function bannerView(run: Parts, msLeft = Number.POSITIVE_INFINITY): BannerView {
  const { banner, operations } = run;
  const checked = operations.find(({ operation_id }) => operation_id === banner.operation_id);
  const expiresAt = banner.receipt_expires_at ?? undefined;
  const plain = { checked, expiresAt: undefined };
  switch (banner.kind) {
    case 'dry_run':
      return { ...plain, tone: 'gold', title: 'Dry run: blocked, safe', sentence: dryRunSentence(run) };
    case 'waiting':
      return {
        ...plain,
        tone: 'blue',
        title: 'Prod: waiting',
        sentence: 'Nothing has shipped. It ships when every operation has a receipt and passes the gate.',
      };
    case 'authorized':
      if (msLeft <= 0) return { ...expiredWords, checked: checked && expiredSince(checked), expiresAt };
      return { ...authorizedWords(checked?.checks ?? [], holdOf(run, checked)), checked, expiresAt };
    case 'executing':
      return {
        tone: 'green',
        title: 'Prod: authorized, executing',
        sentence: 'An effect is under way, exactly as it was authorized.',
        checked,
        expiresAt,
      };
    case 'rejected': {
      const faults = run.rejected?.faults.length ?? 0;
      return {
        ...plain,
        tone: 'red',
        title: 'Rejected: it could not be planned',
        sentence: `Nothing has shipped. The request has ${plural(faults, 'fault')}.`,
      };
    }
    case 'ended':
      return { ...endedWords(run), checked: checked ?? shippedFirst(operations), expiresAt: undefined };
  }
}

function dryRunSentence({ operations, status }: Parts): string {
  const would = operations.filter((operation) => operation.would_ship).length;
  if (status === 'requested') return 'It can have no effect. The planner has not answered yet.';
  return `Nothing outside was changed, or can be: a dry run has no receipt. In prod, ${would} of ${plural(operations.length, 'operation')} could ship, with a new run.`;
}

/** Where one thing shipped, its checks are the ones to see. */
const shippedFirst = (operations: readonly OperationDetail[]): OperationDetail | undefined =>
  operations.find(({ phase }) => phase === 'succeeded');

const expiredWords = {
  tone: 'blue',
  title: 'Prod: the receipt has expired',
  sentence: 'Nothing ships on it. Federation is asked again, and looks at policy and approvals anew.',
} as const;

const holdKinds: ReadonlySet<WhyNot['kind']> = new Set(['throttled', 'held', 'frozen']);

/** Why an operation waits although its receipt is good: the account's pace is asked beside the twelve checks, not in them. */
const holdOf = (
  { why_not_shipped: reasons }: Parts,
  checked: OperationDetail | undefined,
): WhyNot['kind'] | undefined =>
  reasons.find(
    ({ kind, verified, operation_id: id }) => verified && holdKinds.has(kind) && id === checked?.operation_id,
  )?.kind;

/** The checks were asked while the receipt was good; shown after its end they must not say that it has not expired. */
const expiredSince = (operation: OperationDetail): OperationDetail => ({
  ...operation,
  checks: operation.checks.map((check) =>
    check.check === 'unexpired' && check.verdict === 'holds'
      ? { ...check, verdict: 'fails', evidence: 'it has expired since this was read' }
      : check,
  ),
});

/** Green only where nothing stands in its way: a receipt that the gate would hold or refuse ships nothing. */
function authorizedWords(
  checks: readonly Check[],
  hold: WhyNot['kind'] | undefined,
): Pick<BannerView, 'tone' | 'title' | 'sentence'> {
  const count = (verdict: Check['verdict']) => checks.filter((check) => check.verdict === verdict).length;
  const [passed, fails, waits] = [count('holds'), count('fails'), count('waits')];
  const title = 'Prod: authorized';
  if (fails > 0) {
    const sentence = `${fails} of the twelve checks would fail: it would be refused.`;
    return { tone: 'red', title: `${title}, but refused`, sentence };
  }
  if (waits > 0) {
    const sentence = `${passed} of the twelve checks hold; ${waits} would make it wait.`;
    return { tone: 'blue', title: `${title}, but held`, sentence };
  }
  const sentence = passed === 12 ? 'All twelve checks hold.' : `${passed} of the twelve checks hold so far.`;
  if (hold === undefined) return { tone: 'green', title, sentence };
  const but =
    hold === 'throttled'
      ? 'It waits until the account has room for it.'
      : 'The publisher holds it all the same: why stands below.';
  return { tone: 'blue', title: `${title}, but held`, sentence: `${sentence} ${but}` };
}

function endedWords({
  mode,
  outcome,
  operations,
  status,
}: Parts): Pick<BannerView, 'tone' | 'title' | 'sentence'> {
  const succeeded = outcome?.succeeded ?? 0;
  const shipped = `${succeeded} of ${plural(operations.length, 'operation')} shipped.`;
  switch (outcome?.status ?? status) {
    case 'completed':
      return { tone: 'green', title: 'Prod: shipped', sentence: `${shipped} The proof says who allowed it.` };
    case 'partial':
      return { tone: 'red', title: 'Prod: shipped in part', sentence: shipped };
    case 'failed':
      return { tone: 'red', title: 'Prod: failed', sentence: shipped };
    case 'cancelled':
      return { tone: 'neutral', title: 'Cancelled', sentence: shipped };
    case 'blocked':
      return mode === 'dry_run'
        ? { tone: 'gold', title: 'Dry run: blocked, safe', sentence: 'Nothing outside was changed.' }
        : {
            tone: 'gold',
            title: 'Prod: blocked',
            sentence: 'Nothing has shipped; below it says why.',
          };
    default:
      return { tone: 'neutral', title: 'Ended', sentence: shipped };
  }
}

/** What the gate asks, in words; the names are the gate's own. */
export const checkWords: Readonly<Record<Check['check'], string>> = {
  mode: 'Mode is prod',
  presence: 'A receipt is present',
  signatures: 'Both signatures hold',
  enforceable: 'It is enforceable',
  audience: 'It is for this place',
  run_binding: 'It is for this run',
  kind_binding: 'It is for this kind',
  operation_binding: 'It is for this operation',
  unconsumed: 'It is not used or revoked',
  unexpired: 'It has not expired',
  fresh: 'It is fresh',
  acknowledged: 'The ledger has it; nothing is frozen',
};

export interface VerdictWord {
  readonly sign: string;
  readonly text: string;
  /** Of several: “12 hold”. */
  readonly many: string;
  readonly tone: Tone;
}

export const verdictWords: Readonly<Record<Check['verdict'], VerdictWord>> = {
  holds: { sign: '✓', text: 'holds', many: 'hold', tone: 'green' },
  fails: { sign: '✗', text: 'fails', many: 'fail', tone: 'red' },
  waits: { sign: '…', text: 'would wait', many: 'would wait', tone: 'blue' },
  gate: { sign: '○', text: 'only the gate can ask it', many: 'only the gate can ask', tone: 'neutral' },
  unasked: { sign: '–', text: 'not asked', many: 'not asked', tone: 'neutral' },
};

/** “10 hold, 2 would wait”. */
export const tallyText = (checks: readonly Check[]): string =>
  (['holds', 'waits', 'fails', 'gate', 'unasked'] as const)
    .map((verdict) => ({ verdict, count: checks.filter((check) => check.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdictWords[verdict][count === 1 ? 'text' : 'many']}`)
    .join(', ');

/** Milliseconds until `time` by the server's clock, which alone counts; `readAt` is when its `now` was read here. */
export const msUntil = (time: string, serverNow: string, readAt: number, now: number): number =>
  Date.parse(time) - (Date.parse(serverNow) + (now - readAt));
