import { createHash } from 'node:crypto';
import { tags } from './domain/git.js';
import { type Account, fullName, type Pull, type Release, type Repository } from './domain/model.js';

type IdKind = 'repository' | 'release' | 'asset' | 'pull' | 'number' | 'label' | 'team' | 'review';

/** Where each kind of id starts, so that an id read in a log tells what it is. */
const firstIds: Record<IdKind, number> = {
  repository: 1_000_001,
  release: 2_000_001,
  asset: 3_000_001,
  pull: 4_000_001,
  number: 1,
  label: 5_000_001,
  team: 6_000_001,
  review: 7_000_001,
};

/** Everything the simulated GitHub remembers. Ids count up from fixed starts: the same calls give the same ids. */
export class GitHubState {
  /** By lower-case full name: GitHub's names keep their case and are looked up without it. */
  readonly repositories = new Map<string, Repository>();
  /** Lower-case old full name → the repository that left it. GitHub redirects these. */
  readonly renames = new Map<string, Repository>();
  /**
   * Lower-case full name → tag names that immutable releases have used. They outlive the release, the tag and the
   * repository: one made anew under the same name cannot have them either.
   */
  readonly burntTags = new Map<string, Set<string>>();
  /** A token acts as this account where nothing else is said of it. */
  readonly bot: Account = account('marketops-bot', 'User');
  /** What `upload_url` says. A test may point it elsewhere, as an attacker would. */
  advertisedUploadsUrl: string;
  readonly #clock: () => Date;
  readonly #ids = new Map<string, number>();

  constructor(uploadsUrl: string, clock: () => Date) {
    this.advertisedUploadsUrl = uploadsUrl;
    this.#clock = clock;
  }

  /** ISO 8601, whole seconds, as GitHub writes times. */
  now(): string {
    return `${this.#clock().toISOString().slice(0, 19)}Z`;
  }

  nextId(kind: IdKind, scope = ''): number {
    const key = `${kind}/${scope}`;
    const id = this.#ids.get(key) ?? firstIds[kind];
    this.#ids.set(key, id + 1);
    return id;
  }

  find(name: string): Repository | undefined {
    return this.repositories.get(name.toLowerCase());
  }

  findById(id: number): Repository | undefined {
    return [...this.repositories.values()].find((one) => one.id === id);
  }

  /** For tests: the repository, or an error that names it. */
  repository(name: string): Repository {
    const found = this.find(name);
    if (found === undefined) throw new Error(`The simulated GitHub has no repository ${name}.`);
    return found;
  }

  releases(name: string): Release[] {
    return [...this.repository(name).releases.values()];
  }

  pulls(name: string): Pull[] {
    return [...this.repository(name).pulls.values()];
  }

  /** Tag name → SHA of the commit or tag object its ref holds. */
  tags(name: string): Map<string, string> {
    const prefix = tags('');
    const refs = [...this.repository(name).refs].filter(([ref]) => ref.startsWith(prefix));
    return new Map(refs.map(([ref, sha]) => [ref.slice(prefix.length), sha]));
  }

  hasBurntTag(repository: Repository, tag: string): boolean {
    return this.burntTags.get(fullName(repository).toLowerCase())?.has(tag) === true;
  }

  burnTag(repository: Repository, tag: string): void {
    const key = fullName(repository).toLowerCase();
    this.burntTags.set(key, new Set([...(this.burntTags.get(key) ?? []), tag]));
  }

  /** Another person renames or transfers a repository; the old name redirects from then on. */
  rename(name: string, to: { owner?: string; name?: string }): Repository {
    const repository = this.repository(name);
    this.repositories.delete(name.toLowerCase());
    this.renames.set(name.toLowerCase(), repository);
    repository.formerNames.add(name.toLowerCase());
    if (to.owner !== undefined) repository.owner = account(to.owner, repository.owner.type);
    if (to.name !== undefined) repository.name = to.name;
    this.add(repository);
    return repository;
  }

  add(repository: Repository): void {
    const key = fullName(repository).toLowerCase();
    this.renames.delete(key);
    this.repositories.set(key, repository);
  }

  /** Another person deletes a repository; one made anew under its name has another id. */
  delete(name: string): void {
    this.repositories.delete(fullName(this.repository(name)).toLowerCase());
  }

  clear(): void {
    this.repositories.clear();
    this.renames.clear();
    this.burntTags.clear();
    this.#ids.clear();
  }
}

/** Accounts exist as soon as they are named; the id follows from the login, so it never changes. */
export function account(login: string, type: Account['type']): Account {
  return { id: createHash('sha256').update(login.toLowerCase()).digest().readUIntBE(0, 3) + 1, login, type };
}
