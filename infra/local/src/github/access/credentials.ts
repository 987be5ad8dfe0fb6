import { createHash, randomBytes } from 'node:crypto';
import { type Account, isKnownAs, type Repository } from '../domain/model.js';
import { Problem } from '../problem.js';
import { account } from '../state.js';
import { type App, appOf, appOfJwt, looksLikeJwt, type SeedApp, type SeedInstallation } from './apps.js';
import { anonymous, type Caller } from './caller.js';
import type { Permissions } from './permissions.js';

/** A token that may not do everything. In snake case, as it arrives over POST /_sim/tokens. */
export interface SeedToken {
  readonly token: string;
  /** As whom it acts; without it as the simulator's own account. */
  readonly login?: string;
  /** Without it: everything. */
  readonly permissions?: Permissions;
  /** Full names, now or later. Without it: every repository. */
  readonly repositories?: readonly string[];
}

export interface Installation {
  readonly app: App;
  readonly seed: SeedInstallation;
}

interface InstallationToken {
  readonly installation: Installation;
  readonly permissions: Permissions;
  /** Undefined: whatever the installation covers. */
  readonly repositoryIds: ReadonlySet<number> | undefined;
  readonly expiresAtMs: number;
}

const tokenTtlDefaultS = 3_600;
const lower = (text: string): string => text.toLowerCase();

export function covers({ seed }: Installation, repository: Repository): boolean {
  if (lower(repository.owner.login) !== lower(seed.account)) return false;
  return seed.repositories?.some((name) => isKnownAs(repository, name)) ?? true;
}

export interface FirstCredentials {
  /** Undefined accepts any. */
  readonly tokens: readonly (string | SeedToken)[] | undefined;
  readonly apps: readonly SeedApp[] | undefined;
}

/** What the simulated GitHub accepts as `authorization`, and what each may do. */
export class Credentials {
  readonly #tokens = new Map<string, Caller>();
  readonly #minted = new Map<string, InstallationToken>();
  readonly #apps = new Map<number, App>();
  readonly #clock: () => Date;
  /** Whether any other token is taken as one that may do everything. */
  readonly #open: boolean;
  readonly #bot: Account;

  readonly #first: FirstCredentials;

  constructor(first: FirstCredentials, bot: Account, clock: () => Date) {
    this.#first = first;
    this.#open = first.tokens === undefined;
    this.#bot = bot;
    this.#clock = clock;
    this.reset();
  }

  /** As at the start: what was added, minted or revoked since is forgotten. */
  reset(): void {
    for (const known of [this.#tokens, this.#minted, this.#apps]) known.clear();
    for (const token of this.#first.tokens ?? [])
      this.addToken(typeof token === 'string' ? { token } : token);
    for (const app of this.#first.apps ?? []) this.addApp(app);
  }

  addToken(seed: SeedToken): void {
    this.#tokens.set(seed.token, this.#ofToken(seed));
  }

  /** From now on the token is answered 401. Those of an App's installation too. */
  revoke(token: string): void {
    this.#tokens.delete(token);
    this.#minted.delete(token);
  }

  /** Adds an App, or replaces the one of the same id. */
  addApp(seed: SeedApp): void {
    this.#apps.set(seed.id, appOf(seed));
  }

  installation(id: number): Installation | undefined {
    return this.#installations().find((one) => one.seed.id === id);
  }

  installationFor(app: App, repository: Repository): Installation | undefined {
    return this.#installations().find((one) => one.app === app && covers(one, repository));
  }

  #installations(): Installation[] {
    return [...this.#apps.values()].flatMap((app) => app.seed.installations.map((seed) => ({ app, seed })));
  }

  /** Makes a token of an installation, with what it shall be able to do. */
  mint(
    installation: Installation,
    permissions: Permissions,
    repositoryIds: ReadonlySet<number> | undefined,
  ): { readonly token: string; readonly expiresAt: Date } {
    const token = `ghs_${randomBytes(24).toString('base64url').replaceAll(/[-_]/g, '0')}`;
    const ttlMs = (installation.seed.token_ttl_s ?? tokenTtlDefaultS) * 1_000;
    const expiresAtMs = this.#clock().getTime() + ttlMs;
    this.#minted.set(token, { installation, permissions, repositoryIds, expiresAtMs });
    return { token, expiresAt: new Date(expiresAtMs) };
  }

  /** Who sends this `authorization`. 401 for what is not accepted, or no longer. */
  identify(authorization: string | undefined): Caller {
    if (authorization === undefined) return anonymous;
    const bearer = /^(?:token|bearer) +(\S+)$/i.exec(authorization)?.[1];
    if (bearer === undefined) throw badCredentials();
    if (this.#apps.size > 0 && looksLikeJwt(bearer)) {
      const app = appOfJwt(this.#apps.values(), bearer, Math.floor(this.#clock().getTime() / 1_000));
      return { kind: 'app', key: `app/${app.seed.id}`, app };
    }
    const minted = this.#minted.get(bearer);
    if (minted !== undefined) return this.#ofInstallation(bearer, minted);
    const known = this.#tokens.get(bearer);
    if (known !== undefined) return known;
    if (!this.#open || (this.#apps.size > 0 && isMinted(bearer))) throw badCredentials();
    this.addToken({ token: bearer });
    return this.#ofToken({ token: bearer });
  }

  #ofToken(seed: SeedToken): Caller {
    return {
      kind: 'token',
      key: `token/${fingerprint(seed.token)}`,
      actor: seed.login === undefined ? this.#bot : account(seed.login, 'User'),
      called: 'personal access token',
      permissions: seed.permissions,
      covers: (repository) => seed.repositories?.some((name) => isKnownAs(repository, name)) ?? true,
    };
  }

  #ofInstallation(token: string, minted: InstallationToken): Caller {
    const { installation, permissions, repositoryIds } = minted;
    if (minted.expiresAtMs <= this.#clock().getTime()) {
      this.#minted.delete(token);
      throw badCredentials();
    }
    return {
      kind: 'token',
      key: `installation/${installation.seed.id}`,
      actor: account(`${installation.app.seed.slug}[bot]`, 'Bot'),
      called: 'integration',
      permissions,
      covers: (repository) => covers(installation, repository) && repositoryIds?.has(repository.id) !== false,
    };
  }
}

const isMinted = (bearer: string): boolean => bearer.startsWith('ghs_');
const badCredentials = (): Problem => new Problem(401, 'Bad credentials');

/** Names a token without telling it: 16 hex digits of its SHA-256. */
const fingerprint = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 16);
