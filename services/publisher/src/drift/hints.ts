import { type Operation, repositoryFullName } from '@marketops/contracts';
import { hintKey, knownTagsKey, type Logger } from '@marketops/engine';
import type { Connection } from '../ports/redis-script.js';

/** `<run id>/<operation id>` */
export type OperationPath = string;

/** How much is kept of one account. */
interface HintLimits {
  /** Of more operations than this the ones that were looked at longest ago are forgotten. */
  readonly seenMax: number;
  /** With more than this none is added, and nobody can say any more what nobody made. */
  readonly namesMax: number;
  /** Others are not looked at. */
  readonly repositoriesMax: number;
}

const hintLimits: HintLimits = { seenMax: 100_000, namesMax: 200_000, repositoriesMax: 1_000 };
/** Operations that were ever meant for one tag; more is nobody’s honest work. */
const candidatesMax = 100;

interface NotedRepository {
  readonly id: number;
  readonly fullName: string;
}

/** Which operations of an account to look at. Kept in Redis for all publishers; rebuilt from the streams where it is lost. */
export interface EffectHints {
  /** Remembers an operation that was started. @param atMs when its effect was last known to be right */
  note(path: OperationPath, operation: Operation, atMs: number): Promise<void>;
  isNoted(path: OperationPath): Promise<boolean>;
  /** Those looked at longest ago. */
  oldest(count: number): Promise<OperationPath[]>;
  looked(path: OperationPath, atMs: number): Promise<void>;
  /** It is too long ago to be looked at again; it still explains what stands under its tag. */
  forget(path: OperationPath): Promise<void>;
  /** Operations that may have made what stands under a tag; undefined where too many are noted to tell. */
  candidates(repositoryId: number, tag: string): Promise<OperationPath[] | undefined>;
  /** True when a name may be missing. */
  isFull(): Promise<boolean>;
  repositories(): Promise<NotedRepository[]>;
  /** Tags of a repository that were there at the first look, or are explained or told since; undefined before that look. */
  knownTags(repositoryId: number): Promise<ReadonlySet<string> | undefined>;
  addKnownTags(repositoryId: number, tags: readonly string[]): Promise<void>;
}

/** Stands in every set of known tags, so that a repository without tags has one too; no tag is called so. */
const firstLook = ' ';
const tagsAtOnce = 500;

/** @param log told once per process where no more fits */
export function openHints(
  redis: Connection,
  account: string,
  log: Logger,
  { seenMax, namesMax, repositoriesMax }: HintLimits = hintLimits,
): EffectHints {
  const [seen, names, repositories] = (['seen', 'names', 'repositories'] as const).map((part) =>
    hintKey(account, part),
  ) as [string, string, string];
  const isFull = async () => (await redis.zcard(names)) >= namesMax;
  const said = new Set<string>();
  /** Several processes may each add one more at the same time: the limit is against growth, not exact. */
  const addWhereRoom = async (what: string, isRoom: Promise<boolean>, add: () => Promise<unknown>) => {
    if (await isRoom) await add();
    else if (!said.has(what)) {
      said.add(what);
      log.warn({ code: 'hints_full', account, what }, 'the reconciler notes no more of an account');
    }
  };
  const addName = (name: string) =>
    addWhereRoom(
      'names',
      isFull().then((full) => !full),
      () => redis.zadd(names, '0', name),
    );
  const addRepository = async (id: string, fullName: string) => {
    const noted = await redis.hget(repositories, id);
    if (noted === fullName) return;
    // All of them, since the publisher's user of Redis may not ask for their number; they are few, and this is the first of a repository.
    const isRoom = async () =>
      noted !== null || Object.keys(await redis.hgetall(repositories)).length < repositoriesMax;
    await addWhereRoom('repositories', isRoom(), () => redis.hset(repositories, id, fullName));
  };
  return {
    isFull,
    async note(path, operation, atMs) {
      const { repository } = operation;
      const writes: Promise<unknown>[] = [
        redis.zadd(seen, 'NX', String(atMs), path),
        redis.zremrangebyrank(seen, 0, -seenMax - 1),
        addRepository(String(repository.id), repositoryFullName(repository)),
      ];
      if ('tag_name' in operation) writes.push(addName(`${repository.id} ${operation.tag_name} ${path}`));
      await Promise.all(writes);
    },
    isNoted: async (path) => (await redis.zscore(seen, path)) !== null,
    oldest: (count) => redis.zrange(seen, '0', String(count - 1)),
    async looked(path, atMs) {
      await redis.zadd(seen, 'XX', String(atMs), path);
    },
    async forget(path) {
      await redis.zrem(seen, path);
    },
    async candidates(repositoryId, tag) {
      const beginning = `${repositoryId} ${tag} `;
      const range = [`[${beginning}`, `[${beginning}~`] as const;
      const found = await redis.zrangebylex(names, ...range, 'LIMIT', 0, candidatesMax + 1);
      return found.length > candidatesMax ? undefined : found.map((name) => name.slice(beginning.length));
    },
    async repositories() {
      const all = Object.entries(await redis.hgetall(repositories)).map(([id, fullName]) => ({
        ...{ id: Number(id), fullName },
      }));
      return all.filter(({ id }) => Number.isSafeInteger(id) && id > 0).slice(0, repositoriesMax);
    },
    async knownTags(repositoryId) {
      const known = new Set(await redis.smembers(knownTagsKey(account, repositoryId)));
      return known.has(firstLook) ? known : undefined;
    },
    async addKnownTags(repositoryId, tags) {
      const key = knownTagsKey(account, repositoryId);
      for (let at = 0; at < tags.length; at += tagsAtOnce)
        await redis.sadd(key, ...tags.slice(at, at + tagsAtOnce));
      // Last: a look that was interrupted is made again.
      await redis.sadd(key, firstLook);
    },
  };
}
