import type { Session } from '@marketops/client';
import { useId, useRef } from 'react';
import { KeyHint } from '../components/index.js';
import { tenantsOf } from '../data/session.js';
import { useShortcuts } from '../data/shortcuts.js';
import { kindWord } from '../text/run-words.js';
import { shown } from '../text/shown.js';
import { type Choice, Choose, Field, TextFilter, When } from './filter-fields.js';
import { type Filters, filterCount, kinds, type withFilters } from './filters.js';

export type FilterChange = Parameters<typeof withFilters>[1];

export interface FilterBarProps {
  readonly filters: Filters;
  readonly session: Session;
  readonly onChange: (change: FilterChange) => void;
}

/** The search, and behind “Filters” everything else that narrows the list. */
export function FilterBar({ filters, session, onChange }: FilterBarProps) {
  const search = useRef<HTMLInputElement>(null);
  const searchId = useId();
  useShortcuts([{ key: '/', label: 'Search', run: () => search.current?.focus() }]);
  const count = filterCount(filters);
  const tenants = tenantsOf(session);
  const modes: readonly Choice[] = [
    ['dry_run', 'Dry run'],
    ['prod', 'Prod'],
  ];
  return (
    <search className="filter-bar">
      <div className="filter-search">
        <label className="unseen" htmlFor={searchId}>
          Search
        </label>
        <TextFilter
          id={searchId}
          input={search}
          value={filters.q ?? ''}
          placeholder="Search ids, keys, repositories, tags, titles"
          onChange={(q) => onChange({ q })}
        />
        <KeyHint keys="/" />
      </div>
      <details className="filter-more" open={count > 0}>
        <summary>Filters{count === 0 ? '' : ` (${count})`}</summary>
        <div className="filter-fields">
          <Choose
            label="Mode"
            value={filters.mode}
            choices={modes}
            onChange={(mode) => onChange({ mode: mode as Filters['mode'] })}
          />
          <Choose
            label="Kind"
            value={filters.kind}
            choices={kinds.map((kind) => [kind, kindWord(kind)])}
            onChange={(kind) => onChange({ kind: kind as Filters['kind'] })}
          />
          {tenants === 'all' ? (
            <Field label="Tenant" value={filters.tenant} onChange={(tenant) => onChange({ tenant })} />
          ) : tenants.length > 1 ? (
            <Choose
              label="Tenant"
              value={filters.tenant}
              choices={tenants.map((name) => [name, shown(name)])}
              onChange={(tenant) => onChange({ tenant })}
            />
          ) : null}
          <Field
            label="Repository"
            value={filters.repository}
            placeholder="owner/name"
            onChange={(repository) => onChange({ repository })}
          />
          <Field
            label="Asked by"
            value={filters.principal}
            onChange={(principal) => onChange({ principal })}
          />
          <Field
            label="Receipt"
            value={filters.receipt}
            placeholder="rcp_…"
            onChange={(receipt) => onChange({ receipt })}
          />
          <When label="From" value={filters.since} onChange={(since) => onChange({ since })} />
          <When label="Until" value={filters.until} onChange={(until) => onChange({ until })} />
          {count === 0 ? null : (
            <button type="button" onClick={() => onChange(noFilters)}>
              Clear
            </button>
          )}
        </div>
      </details>
    </search>
  );
}

const noFilters: FilterChange = {
  status: undefined,
  flag: undefined,
  mode: undefined,
  kind: undefined,
  tenant: undefined,
  repository: undefined,
  principal: undefined,
  receipt: undefined,
  since: undefined,
  until: undefined,
};
