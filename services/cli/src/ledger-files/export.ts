import { type EventFilter, envelopeOf, mayFit } from '@marketops/operator/reading';
import { type ChainPoint, eventBytesOf } from '@marketops/verifier';
import type { LedgerOf } from './ledger-of.js';
import { type CountedLine, walkChain } from './walk-chain.js';

export interface ExportOptions {
  readonly what: 'entries' | 'events' | 'journal';
  readonly filter: EventFilter;
  readonly runId: string | undefined;
  readonly signal: AbortSignal;
  /** Given one line of JSON without its newline. */
  readonly write: (line: string) => void;
  /** Awaited now and then: whoever takes the lines has kept up. */
  readonly drained: () => Promise<void>;
}

export interface Exported {
  readonly lines: number;
  /** The last entry there was. */
  readonly head: ChainPoint;
}

/** Canonical JSON escapes all it must; what is left may be a terminal's control characters only where it is no JSON of ours. */
export async function exportLedger(
  { paths, trust }: LedgerOf,
  { what, filter, runId, signal, write, drained }: ExportOptions,
): Promise<Exported> {
  let lines = 0;
  const isWanted = ({ text }: CountedLine): boolean => {
    const envelope = envelopeOf(text);
    if (envelope === undefined)
      return runId === undefined && Object.values(filter).every((one) => one === undefined);
    return (runId === undefined || envelope.runId === runId) && mayFit(filter, envelope, text);
  };
  const lineOf = (line: CountedLine): string | undefined => {
    if (what === 'journal') return `{"line":"${line.kind}","value":${line.text}}`;
    if (line.kind !== 'entry' || !isWanted(line)) return undefined;
    return what === 'entries' ? line.text : eventBytesOf(line.text, line.sequence);
  };
  const head = await walkChain({
    ...{ dir: paths.journal, trust, signal },
    take: (line) => {
      const text = lineOf(line);
      if (text === undefined) return;
      lines += 1;
      write(text);
    },
    between: drained,
  });
  return { lines, head };
}
