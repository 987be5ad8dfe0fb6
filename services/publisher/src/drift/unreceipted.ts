import type { EventData } from '@marketops/contracts';
import { isoTime } from '@marketops/engine';
import type { RepositoryAt } from '@marketops/github';
import { looksMarked, madeRelease, madeTag, makersOf } from './tag-makers.js';
import type { AccountPass, ReconcilerTools } from './tools.js';
import { isOfOneThing, isUnreadable, orUnreadable } from './unreadable.js';

type Unreceipted = EventData<'effect.unreceipted'>;

/** What of a repository to look for. */
export interface UnreceiptedScope {
  readonly kinds: readonly ('publish_release' | 'tag_repo')[];
  readonly sinceMs: number;
}

/** A repository that is looked at, where it is now. */
export interface GovernedRepository {
  readonly id: number;
  readonly at: RepositoryAt;
}

/** More than these in one pass wait for the next: a repository nobody governed so far must not flood the ledger. */
const saidPerPassMax = 20;

/** Says what stands in repositories without a receipt, each once. @returns how much of it was new */
export async function findUnreceipted(
  tools: ReconcilerTools,
  pass: AccountPass,
  scope: UnreceiptedScope,
  repositories: readonly GovernedRepository[],
): Promise<number> {
  const { log } = tools;
  const { account } = pass;
  if (await pass.hints.isFull()) {
    log.warn({ code: 'hints_full', account }, 'too many operations are noted to tell what none of them made');
    return 0;
  }
  const known = await tools.reported.current();
  let said = 0;
  const tell = async (effect: Unreceipted): Promise<boolean> => {
    if (known.has(effect)) return true;
    if (said >= saidPerPassMax || known.isFull) {
      log.warn({ code: 'unreceipted_many', account }, 'there is more without a receipt than one pass says');
      return false;
    }
    if (await tools.reported.say(effect)) {
      said += 1;
      log.warn({ code: 'effect_unreceipted', ...effect }, 'something stands here that no receipt allowed');
    }
    return true;
  };
  for (const repository of repositories) {
    const look = { tools, pass, repository, tell };
    /** What cannot be listed in one repository must not hide the rest of the account. */
    const andTheRest = (looking: Promise<boolean>) =>
      looking.catch((fault: unknown) => {
        if (!isOfOneThing(fault)) throw fault;
        log.warn(
          { code: 'repository_unread', fault, repository: repository.at },
          'the reconciler cannot list',
        );
        return true;
      });
    const { kinds, sinceMs } = scope;
    if (kinds.includes('publish_release') && !(await andTheRest(lookAtReleases(look, sinceMs)))) break;
    if (kinds.includes('tag_repo') && !(await andTheRest(lookAtTags(look)))) break;
  }
  return said;
}

interface Look {
  readonly tools: ReconcilerTools;
  readonly pass: AccountPass;
  readonly repository: GovernedRepository;
  /** @returns false where no more may be told in this pass */
  readonly tell: (effect: Unreceipted) => Promise<boolean>;
}

const effectIn = (
  { at }: GovernedRepository,
  rest: Pick<Unreceipted, 'operation_kind' | 'remote_id' | 'url' | 'created_at'>,
  text: string | null,
): Unreceipted => ({
  repository: `${at.owner}/${at.name}`,
  ...rest,
  marker: looksMarked(text) ? 'forged' : 'none',
});

const perPage = 100;

/** A list for as long as there are requests to spare: `stop` where the next page has to wait for the next pass. */
async function* pageByPage<Item>(
  { mayGoOn }: Pick<AccountPass, 'mayGoOn'>,
  items: AsyncIterable<Item>,
): AsyncGenerator<Item | 'stop'> {
  let listed = 0;
  if (!(await mayGoOn())) return yield 'stop';
  for await (const item of items) {
    yield item;
    listed += 1;
    if (listed % perPage === 0 && !(await mayGoOn())) return yield 'stop';
  }
}

/** Published ones: a draft is nobody’s effect yet. GitHub says when they were published, and nobody else can. @returns false to stop */
async function lookAtReleases({ tools, pass, repository, tell }: Look, sinceMs: number): Promise<boolean> {
  for await (const release of pageByPage(pass, pass.reads.listReleases(repository.at))) {
    if (release === 'stop') return false;
    const { publishedAt } = release;
    if (release.draft || publishedAt === null || Date.parse(publishedAt) < sinceMs) continue;
    const makers = await makersOf(tools, pass, repository.id, release.tagName);
    if (makers === undefined || madeRelease(makers, release)) continue;
    const effect = effectIn(
      repository,
      {
        ...{ operation_kind: 'publish_release', remote_id: String(release.id) },
        ...{ url: release.htmlUrl.slice(0, 1_000), created_at: isoTime(Date.parse(publishedAt)) },
      },
      release.body,
    );
    if (!(await tell(effect))) return false;
  }
  return true;
}

/**
 * A tag has no time that its maker could not choose, so the first look at a repository remembers the tags that are there, and
 * later ones tell what has come since. @returns false to stop
 */
async function lookAtTags({ tools, pass, repository, tell }: Look): Promise<boolean> {
  const names: string[] = [];
  for await (const tag of pageByPage(pass, pass.reads.listTags(repository.at))) {
    if (tag === 'stop') return false;
    names.push(tag.name);
  }
  const known = await pass.hints.knownTags(repository.id);
  if (known === undefined) {
    await pass.hints.addKnownTags(repository.id, names);
    tools.log.info(
      { code: 'tags_known', repository: repository.at, tags: names.length },
      'the tags that are there now are taken as known; those that come later are looked at',
    );
    return true;
  }
  for (const name of names) {
    if (known.has(name)) continue;
    if (!(await pass.mayGoOn())) return false;
    const tag = await orUnreadable(pass.reads.getTag(repository.at, name));
    // Deleted meanwhile; or its name is not as listed, because it holds characters that nothing of ours may have.
    if (tag === null && !name.includes('\ufffd')) continue;
    const message = tag === null || isUnreadable(tag) ? null : tag.message;
    const makers = await makersOf(tools, pass, repository.id, name);
    if (makers !== undefined && !madeTag(makers, message)) {
      const url = `${repository.at.owner}/${repository.at.name}@${name}`.slice(0, 1_000);
      const remote_id = `refs/tags/${name}`.slice(0, 300);
      const what = { operation_kind: 'tag_repo', remote_id, url, created_at: null } as const;
      if (!(await tell(effectIn(repository, what, message)))) return false;
    }
    await pass.hints.addKnownTags(repository.id, [name]);
  }
  return true;
}
