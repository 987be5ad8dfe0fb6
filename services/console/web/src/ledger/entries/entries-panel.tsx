import type { LedgerEntry } from '@marketops/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { Badge } from '../../components/badge.js';
import { ExportMenu } from '../../components/export-menu.js';
import { Empty, ErrorState, Loading } from '../../components/state.js';
import { type Column, Table } from '../../components/table.js';
import { Time } from '../../components/time.js';
import { csvText } from '../../text/csv.js';
import { shown } from '../../text/shown.js';
import { shortened, thousands } from '../../text/words.js';
import { entriesQuery } from '../queries.js';
import { EntryDialog } from './entry-dialog.js';
import { type EntryFilters, streamOf } from './entry-filters.js';

const columns: readonly Column<LedgerEntry>[] = [
  {
    id: 'sequence',
    title: 'Entry',
    width: '6rem',
    align: 'end',
    cell: ({ sequence }) => thousands(sequence),
  },
  { id: 'time', title: 'Said', width: '11rem', cell: ({ event }) => <Time at={event.time} as="near" /> },
  { id: 'type', title: 'Type', width: 'minmax(11rem, 1fr)', cell: ({ event }) => shown(event.type) },
  { id: 'actor', title: 'By', width: '7rem', cell: ({ event }) => shown(event.actor) },
  {
    id: 'stream',
    title: 'Stream',
    width: 'minmax(18rem, 2fr)',
    cell: ({ event }) => (
      <span className="mono" title={shown(event.stream)}>
        {shown(event.stream)} · {event.seq}
      </span>
    ),
  },
  {
    id: 'hash',
    title: 'Hash',
    width: '11rem',
    cell: ({ hash, verified }) => (
      <>
        <span className="mono" title={hash}>
          {shortened(hash)}
        </span>
        {verified ? null : <Badge tone="gold">unverified</Badge>}
      </>
    ),
  },
];

export interface EntriesPanelProps {
  readonly filters: EntryFilters;
  readonly onFilters: (filters: EntryFilters) => void;
  /** The ledger's last entry, by the newest word of it. */
  readonly head: number | undefined;
}

/** The entries, newest first, as far back as somebody scrolls. */
export function EntriesPanel({ filters, onFilters, head }: EntriesPanelProps) {
  const [open, setOpen] = useState<number>();
  const query = useInfiniteQuery(entriesQuery(filters));
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = query;
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const shownHead = data?.pages[0]?.head ?? 0;
  const newer = filters.upTo === undefined && head !== undefined ? head - shownHead : 0;
  const onlyNewest = data?.pages.length === 1;
  useEffect(() => {
    // Who has scrolled back keeps what they look at, and is told how much there is above.
    if (newer > 0 && onlyNewest) void refetch();
  }, [newer, onlyNewest, refetch]);
  const chosen = entries.find(({ sequence }) => sequence === open);
  return (
    <>
      <div className="row spread">
        <FilterForm filters={filters} onFilters={onFilters} />
        <div className="row">
          {newer > 0 && !onlyNewest && data !== undefined ? (
            <button type="button" onClick={() => void refetch()}>
              Show {thousands(newer)} newer
            </button>
          ) : null}
          <ExportMenu
            choices={[
              { label: 'JSON', fileName: 'entries.json', make: () => jsonOf(entries) },
              { label: 'CSV', fileName: 'entries.csv', make: () => csvOf(entries) },
            ]}
          />
        </div>
      </div>
      {error !== null && data === undefined ? (
        <ErrorState title="The entries could not be loaded" error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="entries" />
      ) : (
        <Table
          label="Entries of the ledger, newest first"
          columns={columns}
          rows={entries}
          rowKey={({ sequence }) => String(sequence)}
          onOpen={({ sequence }) => setOpen(sequence)}
          onNeedMore={more}
          empty={
            hasNextPage ? (
              <Loading what="older entries" />
            ) : (
              <NoEntries filtered={filters.type !== undefined || filters.stream !== undefined} />
            )
          }
          keys
        />
      )}
      {chosen === undefined ? null : (
        <EntryDialog
          entry={chosen}
          before={entries.find(({ sequence }) => sequence === chosen.sequence - 1)}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

function NoEntries({ filtered }: { readonly filtered: boolean }) {
  return filtered ? (
    <Empty title="No entry fits these filters.">Take one away, or look further back.</Empty>
  ) : (
    <Empty title="There is no entry that you may see yet.">
      The ledger takes what the services say within a moment of it. Submit a plan: marketops submit plan.yml
    </Empty>
  );
}

function FilterForm({ filters, onFilters }: Pick<EntriesPanelProps, 'filters' | 'onFilters'>) {
  const [type, setType] = useState(filters.type ?? '');
  const [stream, setStream] = useState(filters.stream ?? '');
  const [upTo, setUpTo] = useState(filters.upTo === undefined ? '' : String(filters.upTo));
  // The address may change by other hands: back, a link, "All entries". What stands here follows, and keeps the focus.
  useEffect(() => {
    setType(filters.type ?? '');
    setStream(filters.stream ?? '');
    setUpTo(filters.upTo === undefined ? '' : String(filters.upTo));
  }, [filters.type, filters.stream, filters.upTo]);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    const sequence = Number(upTo);
    onFilters({
      ...(type.trim() === '' ? {} : { type: type.trim() }),
      ...(stream.trim() === '' ? {} : { stream: streamOf(stream) }),
      ...(Number.isSafeInteger(sequence) && sequence > 0 ? { upTo: sequence } : {}),
    });
  };
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <search>
      <form className="row" onSubmit={apply}>
        <input
          aria-label="Type of event"
          placeholder="Type, such as receipt.issued"
          size={24}
          value={type}
          onChange={({ target }) => setType(target.value)}
        />
        <input
          aria-label="Stream or run id"
          placeholder="Stream or run id"
          size={32}
          value={stream}
          onChange={({ target }) => setStream(target.value)}
        />
        <input
          aria-label="Up to entry"
          placeholder="Up to entry"
          inputMode="numeric"
          size={10}
          value={upTo}
          onChange={({ target }) => setUpTo(target.value)}
        />
        <button type="submit">Filter</button>
        {isFiltered ? (
          <button type="button" onClick={() => onFilters({})}>
            All entries
          </button>
        ) : null}
      </form>
    </search>
  );
}

const jsonOf = (entries: readonly LedgerEntry[]): Blob =>
  new Blob([JSON.stringify(entries, undefined, 2)], { type: 'application/json' });

const csvOf = (entries: readonly LedgerEntry[]): Blob =>
  new Blob(
    [
      csvText(
        ['sequence', 'time', 'type', 'actor', 'stream', 'seq', 'run_id', 'hash', 'prev_hash'],
        entries.map(({ sequence, event, hash, prev_hash: before }) => [
          ...[sequence, event.time, event.type, event.actor, event.stream, event.seq, event.run_id],
          ...[hash, before],
        ]),
      ),
    ],
    { type: 'text/csv' },
  );
