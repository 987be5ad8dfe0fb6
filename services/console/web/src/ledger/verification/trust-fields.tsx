import { useId, useState } from 'react';
import { shown } from '../../text/shown.js';
import { plural } from '../../text/words.js';
import {
  type KeyringSource,
  keyringCharsMax,
  type ReadKeyring,
  spokenFingerprint,
} from './keyring-choice.js';
import { ownKeyring } from './pins.js';

export interface TrustFieldsProps {
  readonly source: KeyringSource;
  readonly onSource: (source: KeyringSource) => void;
  readonly trusted: ReadKeyring;
  readonly disabled: boolean;
}

/** From whom the public keys come: all that is believed of the ledger is believed because of them. */
export function TrustFields({ source, onSource, trusted, disabled }: TrustFieldsProps) {
  const name = useId();
  const hint = useId();
  return (
    <fieldset className="verify-fields" disabled={disabled}>
      <legend>Whose keys count</legend>
      <label className="row">
        <input
          type="radio"
          name={name}
          checked={source === 'server'}
          onChange={() => onSource('server')}
          aria-describedby={hint}
        />
        The keyring taken from this server
      </label>
      <p id={hint} className="muted small verify-indented">
        It shows that ledger and keyring belong together. A stranger would bring their own: whoever can show
        you a ledger of their making can show you keys of their making.
      </p>
      <label className="row">
        <input type="radio" name={name} checked={source === 'own'} onChange={() => onSource('own')} />A
        keyring of my own, kept in this browser
      </label>
      {source === 'own' ? <OwnKeyring /> : null}
      <TrustedLine trusted={trusted} />
    </fieldset>
  );
}

function TrustedLine({ trusted }: { readonly trusted: ReadKeyring }) {
  if (!trusted.ok) return <p className="verify-fault">{shown(trusted.why)}</p>;
  const { keyring, fingerprint } = trusted;
  return (
    <p className="small muted">
      {plural(keyring.keys.length, 'key')} of <span className="mono">{shown(keyring.log_origin)}</span>,
      fingerprint{' '}
      <span className="mono" title={fingerprint}>
        {spokenFingerprint(fingerprint)}
      </span>
    </p>
  );
}

function OwnKeyring() {
  const kept = ownKeyring.use();
  const [fault, setFault] = useState('');
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > keyringCharsMax) setFault(`${shown(file.name)} is too large to be a keyring.`);
    else {
      setFault('');
      ownKeyring.set(await file.text());
    }
  };
  return (
    <div className="stack verify-indented">
      <label className="field">
        <span>keyring.json, from somebody you trust</span>
        <textarea
          rows={4}
          spellCheck={false}
          className="mono"
          value={kept ?? ''}
          onChange={({ target }) => ownKeyring.set(target.value === '' ? undefined : target.value)}
        />
      </label>
      <label className="field">
        <span>or the file</span>
        <input
          type="file"
          accept=".json,application/json"
          onChange={({ target }) => void take(target.files?.[0])}
        />
      </label>
      {fault === '' ? null : <p className="verify-fault">{fault}</p>}
    </div>
  );
}
