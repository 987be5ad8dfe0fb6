import type { OperationDetail, RunDetail } from '@marketops/client';
import { Badge, Banner, CopyId, Time } from '../components/index.js';
import { useNow } from '../data/now.js';
import { shown } from '../text/shown.js';
import { countdown } from '../text/words.js';
import { bannerView, checkWords, msUntil, tallyText, verdictWords } from './banner-view.js';
import './run.css';

export interface ModeBannerProps {
  readonly run: RunDetail;
  /** When `run` was read, by this machine's clock. */
  readonly readAt: number;
}

/** Above everything else of a run: whether it can have an effect, and what stands between it and that. */
export function ModeBanner({ run, readAt }: ModeBannerProps) {
  const now = useNow();
  const expiry = run.banner.receipt_expires_at;
  const msLeft = expiry === null ? undefined : msUntil(expiry, run.now, readAt, now);
  const { tone, title, sentence, checked, expiresAt } = bannerView(run, msLeft);
  const several = run.operations.length > 1;
  return (
    <Banner
      tone={tone}
      role="status"
      title={title}
      aside={expiresAt === undefined ? undefined : <Expiry expiresAt={expiresAt} msLeft={msLeft ?? 0} />}
    >
      <p>{sentence}</p>
      {checked === undefined || run.mode !== 'prod' ? null : (
        <details className="banner-checks" open={run.banner.kind === 'authorized'}>
          <summary>
            The twelve checks{several ? ` of ${shown(checked.operation_id)}` : ''}:{' '}
            {tallyText(checked.checks)}
          </summary>
          <Checks operation={checked} />
        </details>
      )}
    </Banner>
  );
}

interface ExpiryProps {
  readonly expiresAt: string;
  readonly msLeft: number;
}

function Expiry({ expiresAt, msLeft: left }: ExpiryProps) {
  return (
    <span>
      {left > 0 ? (
        <>
          The receipt expires in{' '}
          <strong className="mono" role="timer">
            {countdown(left)}
          </strong>
          , at <Time at={expiresAt} as="near" />
        </>
      ) : (
        <>
          The receipt expired at <Time at={expiresAt} as="near" />
        </>
      )}
    </span>
  );
}

/** All twelve, in the gate's order, each with what was compared. */
export function Checks({ operation }: { readonly operation: OperationDetail }) {
  const askedAt = operation.checks[0]?.asked_at;
  return (
    <>
      <ol className="checks" aria-label={`The twelve checks of ${shown(operation.operation_id)}`}>
        {operation.checks.map(({ number, check, verdict, evidence }) => {
          const { sign, text, tone } = verdictWords[verdict];
          return (
            <li key={check} className={`check check-${tone}`}>
              <span className="check-sign" aria-hidden="true">
                {sign}
              </span>
              <div>
                <span className="check-name">
                  {number}. {checkWords[check] ?? shown(check)} <span className="unseen">: {text}</span>
                </span>
                <div className="small check-evidence">{shown(evidence)}</div>
              </div>
            </li>
          );
        })}
      </ol>
      {askedAt === null || askedAt === undefined ? null : (
        <p className="small">
          The gate asked them at <Time at={askedAt} />; the answers are computed again from the ledger.
        </p>
      )}
      {operation.receipt === null ? null : (
        <p className="row small">
          Receipt <CopyId id={operation.receipt.receipt_id} label="receipt id" />
          <Badge>{shown(operation.receipt.state)}</Badge> issued{' '}
          <Time at={operation.receipt.issued_at} as="near" /> by key {shown(operation.receipt.key_id)}, epoch{' '}
          {operation.receipt.epoch}
        </p>
      )}
    </>
  );
}
