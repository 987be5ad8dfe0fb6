import type { MarketOpsEvent } from '@marketops/contracts';
import type { Envelope } from './envelope.js';

/** Which events are wanted; what is absent does not matter. All that is given must fit. */
export interface EventFilter {
  /** UTC with milliseconds, as events have it; this time and later. */
  readonly since?: string | undefined;
  /** Up to this time, or up to this entry of the ledger. */
  readonly until?: Until | undefined;
  readonly types?: ReadonlySet<string> | undefined;
  readonly tenantId?: string | undefined;
  /** `owner/name`, in lower case. */
  readonly repository?: string | undefined;
  readonly receiptId?: string | undefined;
  /** A service that signs, or a person or system that an event names. */
  readonly actor?: string | undefined;
}

export type Until =
  | { readonly by: 'sequence'; readonly sequence: number }
  | { readonly by: 'time'; readonly time: string };

/** @param sequence of the ledger; an event that is not there yet is after every entry */
export const isBeyond = (until: Until | undefined, time: string, sequence: number | undefined): boolean => {
  if (until === undefined) return false;
  return until.by === 'time' ? time > until.time : (sequence ?? Infinity) > until.sequence;
};

/** False where the entry cannot be wanted, judged by what can be read without parsing it. The repository is not asked here. */
export function mayFit(filter: EventFilter, envelope: Envelope, entryBytes: string): boolean {
  const { since, until, types, tenantId, receiptId, actor } = filter;
  if (since !== undefined && envelope.time < since) return false;
  if (isBeyond(until, envelope.time, envelope.sequence)) return false;
  if (types !== undefined && !types.has(envelope.type)) return false;
  if (tenantId !== undefined && envelope.tenantId !== tenantId) return false;
  if (receiptId !== undefined && !entryBytes.includes(`"${receiptId}"`)) return false;
  return actor === undefined || envelope.actor === actor || entryBytes.includes(`"${actor}"`);
}

/** Whether a verified event is wanted. The repository is not asked here. */
export function fits(filter: EventFilter, event: MarketOpsEvent, sequence: number | undefined): boolean {
  const { since, until, types, tenantId, receiptId, actor } = filter;
  if (since !== undefined && event.time < since) return false;
  if (isBeyond(until, event.time, sequence)) return false;
  if (types !== undefined && !types.has(event.type)) return false;
  if (tenantId !== undefined && event.tenant_id !== tenantId) return false;
  if (receiptId !== undefined && !namesReceipt(event, receiptId)) return false;
  return actor === undefined || event.actor === actor || peopleOf(event).includes(actor);
}

const receiptMembers = new Set(['receipt_id', 'claimed_receipt_id', 'previous_receipt_id', 'supersedes']);

const namesReceipt = (event: MarketOpsEvent, receiptId: string): boolean =>
  membersNamed(event.data, receiptMembers).includes(receiptId);

const personMembers = new Set(['principal', 'approver', 'issuer']);

/**
 * The people and systems that an event names: who asked, who approved, who ordered, who vouched. Each once. The issuer of a
 * receipt is federation itself.
 */
export function peopleOf({ data }: MarketOpsEvent): string[] {
  const { receipt: _, advisory: __, ...rest } = data as Readonly<Record<string, unknown>>;
  return [...new Set(membersNamed(rest, personMembers))];
}

/** Text members of these names, however deep: what carries them differs from type to type. The data has been bounded by its schema. */
function membersNamed(value: unknown, names: ReadonlySet<string>): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    names.has(name) && typeof member === 'string' ? [member] : membersNamed(member, names),
  );
}
