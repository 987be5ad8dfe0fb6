import type { ListedStatus, OperationKind, RunFlag, RunRow } from '@marketops/client';

/*
 * Which runs are shown. It stands in the URL, so that a view can be sent to somebody; what the URL says wrongly is dropped.
 */

export const statuses = [
  'requested',
  'planned',
  'awaiting_approval',
  'authorized',
  'executing',
  'rejected',
  'completed',
  'partial',
  'failed',
  'blocked',
  'cancelled',
] as const satisfies readonly ListedStatus[];
export type Status = (typeof statuses)[number];

export const kinds = [
  'publish_release',
  'tag_repo',
  'open_pr',
  'attach_release_asset',
] as const satisfies readonly OperationKind[];
type Kind = (typeof kinds)[number];

export const flags = [
  'held',
  'stalled',
  'uncertain',
  'cancel_requested',
  'redriven',
  'drifted',
  'sealed',
  'erased',
  'claimed',
] as const satisfies readonly RunFlag[];
export type Flag = (typeof flags)[number];

export interface Filters {
  readonly q?: string;
  readonly status?: readonly Status[];
  readonly flag?: readonly Flag[];
  readonly mode?: 'dry_run' | 'prod';
  readonly kind?: Kind;
  readonly tenant?: string;
  readonly repository?: string;
  readonly principal?: string;
  readonly receipt?: string;
  /** Times in UTC: created at or after, and before. */
  readonly since?: string;
  readonly until?: string;
}

const textCharsMax = 200;

export function parseFilters(search: Readonly<Record<string, unknown>>): Filters {
  const text = (name: string): string | undefined => {
    const value = search[name];
    const given = typeof value === 'string' ? value.slice(0, textCharsMax) : '';
    return given === '' ? undefined : given;
  };
  const many = <Word extends string>(name: string, known: readonly Word[]): readonly Word[] | undefined => {
    const value = search[name];
    const given = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
    const fit = known.filter((word) => given.includes(word));
    return fit.length === 0 ? undefined : fit;
  };
  const time = (name: string): string | undefined => {
    const value = text(name);
    const at = value === undefined ? Number.NaN : Date.parse(value);
    return Number.isNaN(at) ? undefined : new Date(at).toISOString();
  };
  return given({
    q: text('q'),
    status: many('status', statuses),
    flag: many('flag', flags),
    mode: many('mode', ['dry_run', 'prod'] as const)?.[0],
    kind: many('kind', kinds)?.[0],
    tenant: text('tenant'),
    repository: text('repository'),
    principal: text('principal'),
    receipt: text('receipt'),
    since: time('since'),
    until: time('until'),
  });
}

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Without what is not said: an absent filter is no member at all. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>;
}

/** The filters with some changed; `undefined` takes one away. */
export const withFilters = (
  filters: Filters,
  change: { readonly [Name in keyof Filters]?: Filters[Name] | undefined },
): Filters => given({ ...filters, ...change });

/** Whether anything but status and flags leaves runs out. */
export const isNarrowed = ({ status: _status, flag: _flag, ...rest }: Filters): boolean =>
  Object.keys(rest).length > 0;

/** How many beside the search text. */
export const filterCount = ({ q: _text, ...rest }: Filters): number => Object.keys(rest).length;

/**
 * Whether a run that was listed may stay so after it has changed. Status and flags are all of a listed run that can cease to fit:
 * its tenant, mode, principal and time never change, and what it touches and is found by only grows.
 */
export const stillFits = (
  { status, flag }: Pick<Filters, 'status' | 'flag'>,
  run: Pick<RunRow, 'status' | 'flags'>,
): boolean =>
  (status === undefined || status.some((one) => one === run.status)) &&
  (flag === undefined || flag.every((one) => run.flags.includes(one)));
