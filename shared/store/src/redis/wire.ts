import { roomScope } from '@marketops/contracts';
import type { Control, JobSpec, RelayEntry } from '../port.js';

/**
 * What the ledger freezes itself. A field of its own, whose empty value says that nothing is frozen: so the ledger's user needs no
 * right to take fields away, which would let it lift what people have frozen.
 */
export const roomField = 'room';

/** The field of a control hash that says why a scope is frozen. */
export const frozenField = (scope: string): string => (scope === roomScope ? roomField : `frozen:${scope}`);
export const scopeOf = (field: string): string =>
  field === roomField ? roomScope : field.slice('frozen:'.length);

/**
 * A control hash as fields and values in turn. One that does not exist means closed, and so does one whose epoch or term is
 * no number that a ledger ever writes: nobody may go by it, and the ledger writes it anew.
 */
export function parseControl(flat: readonly string[]): Control | null {
  let epoch: number | undefined;
  let state = '';
  let reason = '';
  let term: number | undefined = 0;
  let ledger: string | undefined;
  const frozen = new Map<string, string>();
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const field = flat[at] ?? '';
    const value = flat[at + 1] ?? '';
    if (field === 'epoch') epoch = numberIn(value);
    else if (field === 'state') state = value;
    else if (field === 'reason') reason = value;
    else if (field === 'term') term = numberIn(value);
    else if (field === 'ledger') ledger = value;
    else if (field === roomField ? value !== '' : field.startsWith('frozen:'))
      frozen.set(scopeOf(field), value);
  }
  if (epoch === undefined || epoch === 0 || term === undefined) return null;
  return {
    epoch,
    state: state === 'open' ? 'open' : 'closed',
    reason,
    term,
    ...(ledger === undefined ? {} : { ledger }),
    frozen,
  };
}

/** Up to 15 decimal digits, which a double holds exactly. */
const numberIn = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);

/** Relay entries in the order they were appended: their ids are ULIDs. A value that is not a job list is skipped. */
export function jobsFromRelay(hash: Readonly<Record<string, string>>): RelayEntry[] {
  const entries: RelayEntry[] = [];
  for (const id of Object.keys(hash).sort()) {
    const jobs = parseJobs(hash[id] ?? '');
    if (jobs !== undefined) entries.push({ id, jobs });
  }
  return entries;
}

function parseJobs(text: string): JobSpec[] | undefined {
  try {
    const jobs: unknown = JSON.parse(text);
    // Jobs are hints: a forged one makes a handler look at a stream and find nothing to do.
    return Array.isArray(jobs) ? (jobs as JobSpec[]) : undefined;
  } catch {
    return undefined;
  }
}

/** The seq in the id of a stream entry, `<seq>-0`. */
export const seqOf = (id: string): number => Number.parseInt(id, 10);

export function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
