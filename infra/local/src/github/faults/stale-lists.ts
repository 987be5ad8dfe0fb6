import type { Pull, Repository } from '../domain/model.js';
import type { FaultSwitch } from './faults.js';

interface Past {
  readonly view: Repository;
  /** When the write came that this is the state before, in milliseconds. */
  readonly atMs: number;
  /** How many stale reads have come since. */
  reads: number;
}

const pastsMax = 200;

/** As it stands now: entries that a later write changes are copies. Objects of git never change. */
function copyOf(repository: Repository): Repository {
  const pulls = new Map<number, Pull>();
  const releases = [...repository.releases.values()].map((release) => ({
    ...release,
    assets: new Map(release.assets),
  }));
  const view: Repository = {
    ...repository,
    refs: new Map(repository.refs),
    labels: new Map(repository.labels),
    releases: new Map(releases.map((release) => [release.id, release])),
    pulls,
  };
  const within = (end: Pull['head']): Pull['head'] => ({
    ...end,
    repository: end.repository === repository ? view : end.repository,
  });
  for (const pull of repository.pulls.values()) {
    pulls.set(pull.number, { ...pull, head: within(pull.head), base: within(pull.base) });
  }
  return view;
}

/** Keeps what was before each write, for as long as a `stale_list` is armed. */
export class StaleLists {
  readonly #pasts = new Map<number, Past[]>();

  /** Before a write to the repository. */
  remember(repository: Repository, nowMs: number): void {
    const pasts = this.#pasts.get(repository.id) ?? [];
    pasts.push({ view: copyOf(repository), atMs: nowMs, reads: 0 });
    if (pasts.length > pastsMax) pasts.shift();
    this.#pasts.set(repository.id, pasts);
  }

  /** The repository as a read struck by `fault` sees it: without the writes that are still too fresh. */
  view(repository: Repository, fault: FaultSwitch, nowMs: number): Repository {
    const pasts = this.#pasts.get(repository.id) ?? [];
    const isHidden = (past: Past): boolean =>
      nowMs - past.atMs < (fault.lag_ms ?? 0) || past.reads < (fault.lag_requests ?? 0);
    const first = pasts.find(isHidden);
    for (const past of pasts) past.reads += 1;
    return first?.view ?? repository;
  }

  reset(): void {
    this.#pasts.clear();
  }
}
