import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Page } from '../components/page.js';
import { ErrorState, Loading } from '../components/state.js';
import { CheckpointPanel } from './checkpoint-panel.js';
import { CommandLine } from './command-line.js';
import { EntriesPanel } from './entries/entries-panel.js';
import { entrySearch, parseEntryFilters } from './entries/entry-filters.js';
import { HeadFacts } from './head-facts.js';
import { ProofPanel } from './proof-panel.js';
import { keyringQuery, ledgerQuery, listJournal } from './queries.js';
import { VerifyPanel } from './verification/panel.js';
import '../components/parts.css';
import './ledger.css';

const views = { entries: 'Entries', verify: 'Verify', checkpoint: 'Checkpoint and proofs' } as const;
type View = keyof typeof views;
const viewOf = (text: string | undefined): View =>
  text === 'verify' || text === 'checkpoint' ? text : 'entries';

/** The record of everything, and the means to check it without believing this server. */
export function LedgerScreen() {
  const search = useSearch({ from: '/ledger' });
  const navigate = useNavigate({ from: '/ledger' });
  const ledger = useQuery(ledgerQuery);
  const view = viewOf(search['view']);
  return (
    <Page title="Ledger" layout={view === 'entries' ? 'fill' : 'flow'}>
      {ledger.data !== undefined ? (
        <HeadFacts ledger={ledger.data} />
      ) : ledger.error !== null ? (
        <ErrorState
          title="The ledger's head could not be read"
          error={ledger.error}
          retry={() => void ledger.refetch()}
        />
      ) : (
        <Loading what="the ledger's head" />
      )}
      <nav className="tabs" aria-label="Views of the ledger">
        {(Object.keys(views) as View[]).map((name) => (
          <Link
            key={name}
            to="/ledger"
            search={{ view: name }}
            aria-current={name === view ? 'page' : undefined}
          >
            {views[name]}
          </Link>
        ))}
      </nav>
      {view === 'entries' ? (
        <EntriesPanel
          filters={parseEntryFilters(search)}
          onFilters={(filters) => void navigate({ search: entrySearch('entries', filters) })}
          head={ledger.data?.sequence}
        />
      ) : view === 'verify' ? (
        <Verify
          onEntry={(sequence) => void navigate({ search: entrySearch('entries', { upTo: sequence }) })}
        />
      ) : (
        <>
          <CheckpointPanel />
          <ProofPanel runId={search['run']} />
        </>
      )}
    </Page>
  );
}

function Verify({ onEntry }: { readonly onEntry: (sequence: number) => void }) {
  const keyring = useQuery(keyringQuery);
  if (keyring.error !== null)
    return (
      <ErrorState
        title="The server's keyring could not be loaded"
        error={keyring.error}
        retry={() => void keyring.refetch()}
      />
    );
  if (keyring.data === undefined) return <Loading what="the keyring" />;
  return (
    <VerifyPanel serverKeyring={keyring.data} listFiles={listJournal} onEntry={onEntry}>
      <p className="muted">
        The program that checks comes from this server as well. To believe neither, take a copy of the journal
        and check it where this server has no say:
      </p>
      <CommandLine
        label="verify a copy of the journal offline"
        text="marketops-verify journal <folder> --keyring keyring.json --pin <sequence>:<hash>"
      />
    </VerifyPanel>
  );
}
