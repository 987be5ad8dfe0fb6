import type { Keyring } from '@marketops/contracts';
import { webCrypto } from '@marketops/proof/web';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { Banner } from '../../components/banner.js';
import { Panel } from '../../components/page.js';
import { useNow } from '../../data/now.js';
import { faultWords } from '../../data/problem.js';
import { shown } from '../../text/shown.js';
import { bytes, duration, plural } from '../../text/words.js';
import { type KeyringSource, type ReadKeyring, readKeyring, readKeyringValue } from './keyring-choice.js';
import { MemoryFields } from './memory-fields.js';
import type { ListedFile, Remembered } from './messages.js';
import { ownKeyring, rememberPin, usePin } from './pins.js';
import { TrustFields } from './trust-fields.js';
import { remainingMs, useVerification, type VerificationState } from './use-verification.js';
import { VerdictView } from './verdict-view.js';

export interface VerifyPanelProps {
  /** As the server gives it; parsed here. */
  readonly serverKeyring: unknown;
  /** The files as they are now; asked anew for each verification. */
  readonly listFiles: () => Promise<readonly ListedFile[]>;
  readonly onEntry?: ((sequence: number) => void) | undefined;
  /** The offline command; stands below. */
  readonly children?: ReactNode;
}

/** The whole ledger, derived again from its first byte in this browser. */
export function VerifyPanel({ serverKeyring, listFiles, onEntry, children }: VerifyPanelProps) {
  const own = ownKeyring.use();
  const [source, setSource] = useState<KeyringSource>(own === undefined ? 'server' : 'own');
  const [pasted, setPasted] = useState('');
  const [useOwnPin, setUseOwnPin] = useState(true);
  const { state, start, cancel, failed } = useVerification();
  const trusted: ReadKeyring =
    source === 'server' ? readKeyringValue(webCrypto, serverKeyring) : readKeyring(webCrypto, own ?? '');
  const logOrigin = trusted.ok ? trusted.keyring.log_origin : '';
  const pin = usePin(logOrigin);
  useRemembering(state, trusted.ok ? trusted.keyring : undefined);

  const verify = async () => {
    if (!trusted.ok) return;
    const memories: Remembered[] = [
      ...(pin !== undefined && useOwnPin
        ? [{ text: JSON.stringify(pin), where: 'what this browser remembers' }]
        : []),
      ...(pasted.trim() === '' ? [] : [{ text: pasted, where: 'what you pasted' }]),
    ];
    try {
      start({ files: await listFiles(), keyring: trusted.keyring, memories });
    } catch (fault) {
      const { message, next = 'Try again.', code = 'journal_unreachable' } = faultWords(fault);
      failed({ code, message, next });
    }
  };
  const running = state.is === 'running';
  return (
    <Panel title="Verify in this browser">
      <p>
        Reads every byte of the journal and derives it again here: the hash chain, every signature and who may
        say what, and what the entries mean. The server is asked for bytes, and for no opinion.
      </p>
      <TrustFields source={source} onSource={setSource} trusted={trusted} disabled={running} />
      <MemoryFields
        {...{ pin, useOwnPin, pasted, disabled: running }}
        onUseOwnPin={setUseOwnPin}
        onPasted={setPasted}
      />
      <div className="row">
        <button
          type="button"
          className="primary"
          disabled={running || !trusted.ok}
          onClick={() => void verify()}
        >
          Verify the ledger
        </button>
        {running ? (
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        ) : null}
      </div>
      <Outcome state={state} onEntry={onEntry} />
      {children}
    </Panel>
  );
}

/** What holds is kept, to be compared with the next time. */
function useRemembering(state: VerificationState, keyring: Keyring | undefined): void {
  const report = state.is === 'judged' && state.report.ok ? state.report : undefined;
  const logOrigin = keyring?.log_origin;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each report, whatever the choices are afterwards
  useEffect(() => {
    if (report === undefined || logOrigin === undefined || report.lastSequence === 0) return;
    rememberPin({
      ...{ log_origin: logOrigin, sequence: report.lastSequence, hash: report.lastHash },
      pinned_at: new Date().toISOString(),
    });
  }, [report]);
}

function Outcome({
  state,
  onEntry,
}: {
  readonly state: VerificationState;
  readonly onEntry: VerifyPanelProps['onEntry'];
}) {
  switch (state.is) {
    case 'idle':
      return null;
    case 'running':
      return <Running state={state} />;
    case 'cancelled':
      return (
        <p role="status">
          Cancelled{state.progress === undefined ? '' : ` at ${bytes(state.progress.bytes)}`}: nothing has
          been judged.
        </p>
      );
    case 'failed':
      return (
        <Banner tone="gold" role="alert" title="Nothing has been judged" aside={<code>{state.code}</code>}>
          <p>{shown(state.message)}</p>
          <p>{shown(state.next)}</p>
        </Banner>
      );
    case 'judged':
      return <VerdictView report={state.report} memories={state.memories} onEntry={onEntry} />;
  }
}

function Running({
  state: { sinceMs, progress },
}: {
  readonly state: VerificationState & { is: 'running' };
}) {
  // Only so that it is drawn again every second; how long it took is on the page's own clock.
  useNow();
  const label = useId();
  const left = progress === undefined ? undefined : remainingMs(performance.now() - sinceMs, progress);
  return (
    <div className="verify-progress">
      <p id={label}>
        {progress === undefined
          ? 'Opening the journal …'
          : `Verifying: ${bytes(progress.bytes)} of ${bytes(progress.bytesTotal)}${progress.entries > 0 ? `, ${plural(progress.entries, 'line')}` : ''}${left === undefined ? '' : `, about ${duration(left)} left`}`}
      </p>
      <progress aria-labelledby={label} max={progress?.bytesTotal ?? 1} value={progress?.bytes ?? 0} />
    </div>
  );
}
