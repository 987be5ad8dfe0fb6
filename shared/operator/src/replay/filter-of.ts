import { isEventType, RepositoryFullName } from '@marketops/contracts';
import { parsed, parseReceiptId } from '../arguments.js';
import { OperatorError } from '../errors.js';
import { parseTime, parseUntil } from './moment.js';
import type { EventFilter } from './source/filter.js';

/** Which events, as somebody writes it. */
export interface FilterFlags {
  readonly since?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly tenant?: string;
  readonly repository?: string;
  readonly receipt?: string;
  readonly actor?: string;
}

/** Which events were asked for. @throws OperatorError `usage_invalid` */
export function filterOf(flags: FilterFlags, nowMs: number): EventFilter {
  const { since, until, type: types, tenant, repository, receipt, actor } = flags;
  const unknown = types?.find((type) => !isEventType(type));
  if (unknown !== undefined)
    throw new OperatorError('usage_invalid', `there is no event of type ${unknown.slice(0, 80)}`, {
      next: 'Types are as in marketops events --json: operation.started, receipt.issued, gate.refused …',
    });
  return {
    since: since === undefined ? undefined : parseTime('--since', since, nowMs),
    until: until === undefined ? undefined : parseUntil(until, nowMs),
    types: types === undefined ? undefined : new Set(types),
    tenantId: tenant,
    repository:
      repository === undefined
        ? undefined
        : parsed(RepositoryFullName, '--repository', repository).toLowerCase(),
    receiptId: receipt === undefined ? undefined : parseReceiptId(receipt),
    actor,
  };
}

export const isFiltering = (filter: EventFilter): boolean =>
  Object.values(filter).some((value) => value !== undefined);
