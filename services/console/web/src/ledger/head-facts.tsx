import type { LedgerState } from '@marketops/client';
import { CopyId } from '../components/copy-id.js';
import { Time } from '../components/time.js';
import { shown } from '../text/shown.js';
import { thousands } from '../text/words.js';

/** How far the ledger is, in one line. */
export function HeadFacts({ ledger }: { readonly ledger: LedgerState }) {
  const { sequence, hash, epoch, term, checkpoint, log_origin: origin } = ledger;
  return (
    <dl className="ledger-head">
      <div>
        <dt>Entries</dt>
        <dd>{thousands(sequence)}</dd>
      </div>
      <div>
        <dt>Hash of the last</dt>
        <dd>
          <CopyId id={hash} label="hash of the last entry" />
        </dd>
      </div>
      <div>
        <dt>Under a checkpoint</dt>
        <dd>
          {checkpoint === null ? 'none yet' : thousands(checkpoint.size)}
          {checkpoint?.signed_at == null ? null : (
            <>
              {' '}
              <span className="muted">
                <Time at={checkpoint.signed_at} as="relative" />
              </span>
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>Epoch, term</dt>
        <dd>
          {epoch}, {term}
        </dd>
      </div>
      <div>
        <dt>Log</dt>
        <dd className="mono">{shown(origin)}</dd>
      </div>
    </dl>
  );
}
