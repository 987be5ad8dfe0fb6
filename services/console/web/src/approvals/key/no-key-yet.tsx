import { useState } from 'react';
import { Banner } from '../../components/banner.js';
import { useSession } from '../../data/session.js';
import { CommandLine } from '../../ledger/command-line.js';
import { keepOwnKey, listingLine, makeOwnKey, makePasskey, ownKeyLine } from '../../signing/index.js';
import { FaultBanner } from './fault-banner.js';

/** For somebody whom the keyring lists no key of: makes one here, and shows what to hand to whoever adds approvers. */
export function NoKeyYet() {
  const { principal } = useSession();
  const [line, setLine] = useState<string>();
  const [fault, setFault] = useState<unknown>();
  const make = async (made: () => Promise<string>) => {
    setFault(undefined);
    try {
      setLine(await made());
    } catch (error) {
      setFault(error);
    }
  };
  const ownKey = async () => {
    const key = await makeOwnKey(principal);
    await keepOwnKey(key);
    return ownKeyLine(key);
  };
  const passkey = async () => listingLine(await makePasskey(principal));
  return (
    <div className="stack">
      <Banner tone="blue" title="No key of yours is listed here yet">
        <p>
          What you say is signed with a key of your own, which the server does not have. Make one in this
          browser, and hand the line that appears to whoever adds approvers. Or have your key file listed:
          marketops approver key {principal}
        </p>
      </Banner>
      <div className="row">
        <button type="button" onClick={() => void make(passkey)}>
          Make a passkey
        </button>
        <button type="button" onClick={() => void make(ownKey)}>
          Make a key kept in this browser
        </button>
      </div>
      {line === undefined ? null : (
        <>
          <p role="status">
            Made. It counts once this was run where the keyring is kept. Nothing in it is secret; tell them by
            voice that it is yours.
          </p>
          <CommandLine label="have the key listed" text={line} />
        </>
      )}
      {fault === undefined ? null : <FaultBanner title="No key was made" fault={fault} />}
    </div>
  );
}
