import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, unwrap } from '../data/api.js';
import { flagWord, statusWord } from '../text/run-words.js';
import { thousands } from '../text/words.js';
import type { FilterChange } from './filter-bar.js';
import { type Filters, type Flag, flags, isNarrowed, type Status, statuses } from './filters.js';

/** Under `live`: counted anew whenever the ledger moves. */
const totalsQuery = queryOptions({
  queryKey: ['live', 'run-totals'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/v1/run-totals', { signal })),
});

/** Flags that mean somebody should look; the others are found by the search. */
const worthAChip: readonly Flag[] = ['held', 'stalled', 'uncertain', 'drifted', 'claimed'];

export interface StatusChipsProps {
  readonly filters: Filters;
  readonly onChange: (change: FilterChange) => void;
}

/** How many runs stand where; a press shows those alone. Counts are of all runs, so they stand only where nothing else narrows. */
export function StatusChips({ filters, onChange }: StatusChipsProps) {
  const { data } = useQuery(totalsQuery);
  const countOf = (count: number | undefined) => (isNarrowed(filters) ? undefined : count);
  const toggled = <Word extends string>(known: readonly Word[], now: readonly Word[] = [], word: Word) => {
    const next = known.filter((one) => (one === word ? !now.includes(one) : now.includes(one)));
    return next.length === 0 ? undefined : next;
  };
  const statusShown = (status: Status) =>
    (data?.by_status[status] ?? 0) > 0 || filters.status?.includes(status);
  const flagShown = (flag: Flag) => (data?.by_flag[flag] ?? 0) > 0 || filters.flag?.includes(flag);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's fields
    <div className="chips" role="group" aria-label="Status">
      <Chip
        text="all"
        tone="neutral"
        count={countOf(data?.runs)}
        pressed={filters.status === undefined && filters.flag === undefined}
        onPress={() => onChange({ status: undefined, flag: undefined })}
      />
      {statuses.filter(statusShown).map((status) => (
        <Chip
          key={status}
          {...statusWord(status)}
          count={countOf(data?.by_status[status])}
          pressed={filters.status?.includes(status) ?? false}
          onPress={() => onChange({ status: toggled(statuses, filters.status, status) })}
        />
      ))}
      {flags
        .filter((flag) => (worthAChip.includes(flag) ? flagShown(flag) : filters.flag?.includes(flag)))
        .map((flag) => (
          <Chip
            key={flag}
            {...flagWord(flag)}
            count={countOf(data?.by_flag[flag])}
            pressed={filters.flag?.includes(flag) ?? false}
            onPress={() => onChange({ flag: toggled(flags, filters.flag, flag) })}
          />
        ))}
    </div>
  );
}

interface ChipProps {
  readonly text: string;
  readonly tone: string;
  readonly means?: string;
  readonly count: number | undefined;
  readonly pressed: boolean;
  readonly onPress: () => void;
}

const Chip = ({ text, tone, means, count, pressed, onPress }: ChipProps) => (
  <button
    type="button"
    className={`chip chip-${tone}`}
    aria-pressed={pressed}
    title={means}
    onClick={onPress}
  >
    {text} <span className="chip-count">{count === undefined ? '' : thousands(count)}</span>
  </button>
);
