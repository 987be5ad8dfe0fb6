import { useState } from 'react';
import { Badge } from '../../components/badge.js';
import { shown } from '../../text/shown.js';
import { FaultBanner } from './fault-banner.js';
import { isPasskey } from './listed-keys.js';
import { NoKeyYet } from './no-key-yet.js';
import type { SigningKey } from './use-signing-key.js';

const hands = {
  here: { tone: 'green', text: 'in this browser' },
  file: { tone: 'gold', text: 'needs its key file' },
  passkey: { tone: 'green', text: 'passkey: your authenticator will ask' },
} as const;

/** Which key signs. The private half never leaves this browser, or the authenticator. */
export function KeyField({ signing }: { readonly signing: SigningKey }) {
  const { loaded, keys, chosen, choose, hand } = signing;
  if (!loaded) return null;
  if (chosen === undefined) return <NoKeyYet />;
  const { tone, text } = hands[hand];
  return (
    <div className="stack key-field">
      <div className="row">
        <label className="row">
          <span>Signed with</span>
          <select value={chosen.key_id} onChange={({ target }) => choose(target.value)}>
            {keys.map((key) => (
              <option key={key.key_id} value={key.key_id}>
                {shown(key.key_id)}
                {isPasskey(key) ? ' (passkey)' : ''}
              </option>
            ))}
          </select>
        </label>
        <Badge tone={tone}>{text}</Badge>
      </div>
      {hand === 'file' ? <OpenKeyFile signing={signing} /> : null}
    </div>
  );
}

function OpenKeyFile({ signing: { open, chosen } }: { readonly signing: SigningKey }) {
  const [keep, setKeep] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    setFault(undefined);
    try {
      await open(file, keep);
    } catch (error) {
      setFault(error);
    }
  };
  return (
    <>
      <div className="row">
        <label className="row">
          <span>Key file</span>
          <input
            type="file"
            accept=".json,application/json"
            onChange={({ target }) => void take(target.files?.[0])}
          />
        </label>
        <label className="row">
          <input type="checkbox" checked={keep} onChange={({ target }) => setKeep(target.checked)} />
          Keep it in this browser, as a key that cannot be read back
        </label>
      </div>
      <p className="small muted">
        The file that <code>marketops approver</code> wrote: ~/.config/marketops/keys/
        {shown(chosen?.principal ?? 'you')}.json. It is opened here and sent nowhere.
      </p>
      {fault === undefined ? null : <FaultBanner title="The key file was not opened" fault={fault} />}
    </>
  );
}
