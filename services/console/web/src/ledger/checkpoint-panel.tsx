import { Keyring } from '@marketops/contracts';
import { webCrypto } from '@marketops/proof/web';
import { JournalError, type SeenRoot, seenRootOf } from '@marketops/verifier';
import { useQuery } from '@tanstack/react-query';
import { Badge } from '../components/badge.js';
import { Banner } from '../components/banner.js';
import { CopyId } from '../components/copy-id.js';
import { Panel } from '../components/page.js';
import { ErrorState, Loading } from '../components/state.js';
import { shown, shownLines } from '../text/shown.js';
import { thousands } from '../text/words.js';
import { CodeBlock } from './code-block.js';
import { CommandLine } from './command-line.js';
import { checkpointQuery, keyringQuery } from './queries.js';

/** The newest signed word on how large the log is and what it holds, its signature checked here. */
export function CheckpointPanel() {
  const note = useQuery(checkpointQuery);
  const keyring = useQuery(keyringQuery);
  const error = note.error ?? keyring.error;
  return (
    <Panel title="Checkpoint">
      <p className="muted">
        A signed size and root of the log, in the form that public transparency logs use (C2SP). Keep one
        where the owner of this ledger cannot change it: it shows a cut or rewritten ledger for ever.
      </p>
      {error !== null ? (
        <ErrorState
          title="The checkpoint could not be loaded"
          error={error}
          retry={() => void Promise.all([note.refetch(), keyring.refetch()])}
        />
      ) : note.data === undefined || keyring.data === undefined ? (
        <Loading what="the checkpoint" />
      ) : (
        <CheckpointView note={note.data} keyring={keyring.data} />
      )}
    </Panel>
  );
}

type Read = { readonly ok: true; readonly root: SeenRoot } | { readonly ok: false; readonly why: string };

function readCheckpoint(note: string, keyring: unknown): Read {
  const parsed = Keyring.safeParse(keyring);
  if (!parsed.success) return { ok: false, why: 'The server’s keyring has not the form of one.' };
  try {
    return { ok: true, root: seenRootOf(webCrypto, note, parsed.data, 'the checkpoint') };
  } catch (fault) {
    if (!(fault instanceof JournalError)) throw fault;
    return { ok: false, why: fault.message };
  }
}

function CheckpointView({ note, keyring }: { readonly note: string; readonly keyring: unknown }) {
  const read = readCheckpoint(note, keyring);
  return (
    <>
      {read.ok ? (
        <dl className="facts">
          <dt>Signature</dt>
          <dd>
            <Badge tone="green">verified in this browser</Badge>{' '}
            <span className="muted">with the keyring taken from this server</span>
          </dd>
          <dt>Entries</dt>
          <dd>{thousands(read.root.size)}</dd>
          <dt>Root</dt>
          <dd>
            <CopyId id={read.root.root} label="root" whole />
          </dd>
        </dl>
      ) : (
        <Banner tone="red" role="alert" title="The checkpoint is not signed by a key of this log">
          <p>{shown(read.why)}</p>
          <p>Do not act on this log. Compare it with a mirror, and tell whoever keeps it.</p>
        </Banner>
      )}
      <CodeBlock label="The checkpoint as a note" text={shownLines(note)} />
      <CommandLine
        label="verify a copy of the journal against a checkpoint you kept"
        text="marketops-verify journal <folder> --keyring keyring.json --checkpoint <file>"
      />
    </>
  );
}
