import type { Control, JobSpec, RelayEntry } from '../port.js';

/** A control hash as Redis gives it; an empty one does not exist and means closed. */
export function parseControl(hash: Readonly<Record<string, string>>): Control | null {
  if (hash['epoch'] === undefined) return null;
  const frozen = new Map<string, string>();
  for (const [field, reason] of Object.entries(hash)) {
    if (field.startsWith('frozen:')) frozen.set(field.slice('frozen:'.length), reason);
  }
  return {
    epoch: Number(hash['epoch']),
    state: hash['state'] === 'open' ? 'open' : 'closed',
    reason: hash['reason'] ?? '',
    term: Number(hash['term'] ?? 0),
    frozen,
  };
}

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

export function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Fields and values in turn, as a script answers with them, as a record without a prototype. */
export function hashOf(flat: readonly string[]): Record<string, string> {
  const hash = Object.create(null) as Record<string, string>;
  for (let at = 0; at + 1 < flat.length; at += 2) hash[flat[at] ?? ''] = flat[at + 1] ?? '';
  return hash;
}
