import type { EventOf, MarketOpsEvent, PublicationPlan } from '@marketops/contracts';
import type { Blobs } from '../../system/inline-or-blob.js';
import type { Envelope } from './envelope.js';
import type { Recorded } from './recorded.js';

/** Far more runs than are open at one time; what is forgotten is read again through the index. */
const rememberedMax = 4_096;

type Repositories = ReadonlyMap<string, string>;

/**
 * Which events are about one repository: those of operations on it, of runs whose plans have such an operation, and those of
 * `system` that name it. Most events do not name a repository; the plan of their run does.
 */
export class RepositoryFilter {
  readonly #wanted: string;
  readonly #blobs: Pick<Blobs, 'plan'>;
  readonly #ofRun: (runId: string) => Promise<Recorded>;
  /** run id → operation id → its repository in lower case; null for a run that has none of the wanted one. */
  readonly #runs = new Map<string, Repositories | null>();

  constructor(
    wanted: string,
    from: { readonly blobs: Pick<Blobs, 'plan'>; readonly ofRun: (runId: string) => Promise<Recorded> },
  ) {
    this.#wanted = wanted.toLowerCase();
    this.#blobs = from.blobs;
    this.#ofRun = from.ofRun;
  }

  /**
   * False where the entry cannot be about it. Learns from requests and plans that stand in their events, so that most runs need
   * no look of their own: a run whose request does not name the repository is not about it, unless its plan says so.
   */
  mayFit({ runId, type, stream, seq }: Envelope, entryBytes: string): boolean {
    const isNamed = () => entryBytes.toLowerCase().includes(`"${this.#wanted}"`);
    if (runId === null) return isNamed();
    const isPlan = type === 'plan.generated';
    if (isPlan || (seq === 1 && stream.startsWith('run/'))) {
      // What stands in a blob may name anything.
      if (entryBytes.includes('{"blob":"') || isNamed()) this.#runs.delete(runId);
      else this.#remember(runId, null);
    }
    return this.#runs.get(runId) !== null;
  }

  async fits(event: MarketOpsEvent): Promise<boolean> {
    if (event.run_id === null)
      return event.type === 'effect.unreceipted' && event.data.repository.toLowerCase() === this.#wanted;
    if (event.type === 'plan.generated') await this.#learn(event);
    const repositories = await this.#repositoriesOf(event.run_id);
    if (repositories === null) return false;
    const [kind, , operationId = ''] = event.stream.split('/');
    return kind === 'op' ? repositories.get(operationId) === this.#wanted : true;
  }

  async #repositoriesOf(runId: string): Promise<Repositories | null> {
    const known = this.#runs.get(runId);
    if (known !== undefined) return known;
    const { events } = await this.#ofRun(runId);
    const planned = events.find(({ event }) => event.type === 'plan.generated')?.event;
    if (planned?.type !== 'plan.generated') return this.#remember(runId, null);
    return this.#learn(planned);
  }

  async #learn(planned: EventOf<'plan.generated'>): Promise<Repositories | null> {
    const plan = await this.#blobs.plan(planned);
    return this.#remember(planned.run_id ?? '', plan === undefined ? null : this.#among(plan));
  }

  #among({ operations }: PublicationPlan): Repositories | null {
    const all = operations.map((one) => [one.operation_id, one.repository.toLowerCase()] as const);
    return all.some(([, repository]) => repository === this.#wanted) ? new Map(all) : null;
  }

  #remember(runId: string, repositories: Repositories | null): Repositories | null {
    this.#runs.delete(runId);
    this.#runs.set(runId, repositories);
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= rememberedMax) break;
      this.#runs.delete(oldest);
    }
    return repositories;
  }
}
