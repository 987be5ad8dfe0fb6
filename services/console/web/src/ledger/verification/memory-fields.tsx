import type { Pin } from '@marketops/verifier';
import { Time } from '../../components/time.js';
import { thousands } from '../../text/words.js';
import { forgetPin } from './pins.js';

export interface MemoryFieldsProps {
  readonly pin: Pin | undefined;
  readonly useOwnPin: boolean;
  readonly onUseOwnPin: (use: boolean) => void;
  readonly pasted: string;
  readonly onPasted: (text: string) => void;
  readonly disabled: boolean;
}

/** What was seen of this log before. Without it, a cut ledger is only a shorter one. */
export function MemoryFields({ pin, useOwnPin, onUseOwnPin, pasted, onPasted, disabled }: MemoryFieldsProps) {
  return (
    <fieldset className="verify-fields" disabled={disabled}>
      <legend>What it is compared with</legend>
      {pin === undefined ? (
        <p className="muted small">
          This browser has seen nothing of this ledger yet. What it verifies it remembers, and compares the
          next time.
        </p>
      ) : (
        <div className="row">
          <label className="row">
            <input
              type="checkbox"
              checked={useOwnPin}
              onChange={({ target }) => onUseOwnPin(target.checked)}
            />
            <span>
              Entry {thousands(pin.sequence)}, as this browser verified it{' '}
              <Time at={pin.pinned_at} as="relative" />
            </span>
          </label>
          <button type="button" className="plain small" onClick={() => forgetPin(pin.log_origin)}>
            Forget it
          </button>
        </div>
      )}
      <label className="field">
        <span>A pin or signed checkpoint that you kept elsewhere</span>
        <textarea
          rows={2}
          spellCheck={false}
          className="mono"
          placeholder="1234:9f86d081…"
          value={pasted}
          onChange={({ target }) => onPasted(target.value)}
        />
      </label>
    </fieldset>
  );
}
