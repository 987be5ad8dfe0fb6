import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Empty, ErrorState, ExportMenu, Loading, Page, Table } from '../components/index.js';
import { useSession } from '../data/session.js';
import { plural } from '../text/words.js';
import { BulkBar } from './bulk-bar.js';
import { columnsFor } from './columns.js';
import { FilterBar } from './filter-bar.js';
import { type Filters, filterCount, withFilters } from './filters.js';
import { exportUrl } from './query.js';
import { StatusChips } from './status-chips.js';
import { useRuns } from './use-runs.js';
import './runs.css';

const none: ReadonlySet<string> = new Set();

/** Every run somebody may see: looked through, followed live, acted on together. */
export function RunsScreen() {
  const filters = useSearch({ from: '/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const session = useSession();
  const { list, error, pending, more, reload } = useRuns(filters);
  const [selected, setSelected] = useState(none);
  const filter = (change: Parameters<typeof withFilters>[1]) => {
    setSelected(none);
    void navigate({ search: withFilters(filters, change), replace: true });
  };
  const rows = list?.rows ?? [];
  const total = list?.total ?? undefined;
  return (
    <Page
      title="Runs"
      layout="fill"
      actions={
        <ExportMenu
          choices={[
            { label: 'JSON', fileName: 'runs.json', href: exportUrl(filters, 'json') },
            { label: 'CSV', fileName: 'runs.csv', href: exportUrl(filters, 'csv') },
          ]}
        />
      }
    >
      <FilterBar filters={filters} session={session} onChange={filter} />
      <StatusChips filters={filters} onChange={filter} />
      {error === null ? null : <ErrorState title="The runs could not be read" error={error} retry={reload} />}
      {list?.complete === false ? (
        <p className="muted" role="status">
          The list of runs is being made again from the ledger; older ones are still coming.
        </p>
      ) : null}
      <BulkBar
        session={session}
        filters={filters}
        rows={rows}
        selected={selected}
        onClear={() => setSelected(none)}
      />
      <Table
        label="Runs, newest first"
        columns={columnsFor(session)}
        rows={rows}
        rowKey={({ run_id }) => run_id}
        onOpen={({ run_id }) => void navigate({ to: '/runs/$runId', params: { runId: run_id } })}
        selected={selected}
        onSelect={setSelected}
        total={total}
        onNeedMore={more}
        keys
        empty={pending ? <Loading what="the runs" /> : error === null ? <NoRuns filters={filters} /> : null}
      />
      <p className="muted small" role="status">
        {total === undefined
          ? ''
          : `${plural(total, 'run')}${filterCount(filters) > 0 || filters.q ? ' fit' : ''}`}
        {selected.size === 0 ? '' : `, ${selected.size} selected`}
      </p>
    </Page>
  );
}

function NoRuns({ filters }: { readonly filters: Filters }) {
  if (filters.q !== undefined || filterCount(filters) > 0) {
    return (
      <Empty title="No run fits.">
        All words must stand in the run’s id, its key, who asked, or the names of what it touches. Take a
        filter away, or look at <a href="/runs">all runs</a>.
      </Empty>
    );
  }
  return (
    <Empty title="There are no runs yet.">
      <p>
        Ask for the first one with <code>marketops submit plan.yml</code>, over the API with{' '}
        <code>POST /v1/runs</code>, or from a queue. It is a dry run unless it says <code>mode: prod</code>,
        and a dry run can have no effect.
      </p>
    </Empty>
  );
}
