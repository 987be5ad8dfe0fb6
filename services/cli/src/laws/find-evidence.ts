import { type MarketOpsEvent, parseEvent } from '@marketops/contracts';
import type { LedgerIndex, LocatedEntry } from '@marketops/journal';
import type { LedgerReader } from '@marketops/operator/reading';
import { type LawEvidence, type Look, lawEvidence } from './evidence.js';

/** An event of this ledger that shows a law at work. */
interface FoundEvidence {
  readonly sequence: number;
  readonly event: MarketOpsEvent;
  readonly what: string;
}

/** What became of looking for a law's evidence. */
export type EvidenceAnswer =
  | ({ readonly of: 'event' } & FoundEvidence)
  /** There could be one, and there is none among the entries looked at. */
  | { readonly of: 'none_yet' }
  /** No event can show it. */
  | { readonly of: 'no_event' };

/** What a reader of events needs: the index to walk by, and the check of signatures. */
export interface EvidenceSource extends Pick<LedgerReader, 'verify'> {
  readonly index: Pick<LedgerIndex, 'head' | 'entryAt'>;
}

/** A law, and which of its looks is still better than the one found. */
interface Sought {
  readonly law: string;
  readonly evidence: LawEvidence;
  found: { readonly rank: number; readonly entry: LocatedEntry } | undefined;
}

/**
 * Looks from the newest entry back, over at most `depth` of them, and no further than needed. The entries are believed
 * in nothing until they are chosen: each chosen one has its actor's signature verified.
 * @param laws ids of active laws
 */
export async function findEvidence(
  source: EvidenceSource,
  laws: readonly string[],
  depth: number,
): Promise<ReadonlyMap<string, EvidenceAnswer>> {
  const sought = laws.flatMap((law): Sought[] => {
    const evidence = lawEvidence[law];
    return evidence === undefined ? [] : [{ law, evidence, found: undefined }];
  });
  await walkBack(source.index, sought, depth);
  const answers = new Map<string, EvidenceAnswer>(laws.map((law) => [law, { of: 'no_event' }]));
  for (const { law, evidence, found } of sought) {
    const verified = found === undefined ? undefined : await verifiedEvidence(source, evidence, found);
    answers.set(law, verified === undefined ? { of: 'none_yet' } : { of: 'event', ...verified });
  }
  return answers;
}

async function walkBack(
  index: EvidenceSource['index'],
  sought: readonly Sought[],
  depth: number,
): Promise<void> {
  const newest = index.head()?.sequence ?? 0;
  for (let sequence = newest; sequence > Math.max(0, newest - depth); sequence -= 1) {
    const open = sought.filter(({ found }) => found === undefined || found.rank > 0);
    if (open.length === 0) return;
    const entry = await index.entryAt(sequence);
    for (const one of open) {
      const rank = rankOf(one.evidence, entry);
      if (rank !== undefined && (one.found === undefined || rank < one.found.rank))
        one.found = { rank, entry };
    }
  }
}

/** Which look the entry answers to; 0 is the best. */
function rankOf(evidence: LawEvidence, { entry }: LocatedEntry): number | undefined {
  const parsed = parseEvent(entry.event);
  if (!('event' in parsed)) return undefined;
  const rank = evidence.findIndex((alike) => wordsOf(alike, parsed.event) !== undefined);
  return rank === -1 ? undefined : rank;
}

function wordsOf(looks: readonly Look[], event: MarketOpsEvent): string | undefined {
  for (const shows of looks) {
    const words = shows(event);
    if (words !== undefined) return words;
  }
  return undefined;
}

async function verifiedEvidence(
  { verify }: EvidenceSource,
  evidence: LawEvidence,
  { rank, entry }: NonNullable<Sought['found']>,
): Promise<FoundEvidence | undefined> {
  const [placed] = await verify([entry]);
  const what = placed === undefined ? undefined : wordsOf(evidence[rank] ?? [], placed.event);
  if (placed === undefined || what === undefined) return undefined;
  return { sequence: entry.entry.sequence, event: placed.event, what };
}
