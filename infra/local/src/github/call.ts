import { type Caller, may } from './access/caller.js';
import type { Credentials } from './access/credentials.js';
import { need } from './access/permissions.js';
import type { Account, Repository } from './domain/model.js';
import { notFound, Problem } from './problem.js';
import type { GitHubState } from './state.js';

/** One request, as an endpoint sees it. */
export interface Call {
  readonly state: GitHubState;
  /** Where this server is reached, without a slash at the end. */
  readonly url: string;
  /** The same of the host that the request came to: the uploads host may be another. */
  readonly origin: string;
  readonly method: string;
  /** Path as sent, without the query. */
  readonly path: string;
  /** Decoded values of the route's parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string | undefined;
  readonly caller: Caller;
  readonly credentials: Credentials;
  readonly body: Buffer;
  readonly rateLimit: RateLimitStatus;
  /** Where an upload breaks off: how many of its bytes arrive. */
  readonly keptBytes: number | undefined;
  /** The repository as this request shall see it: as it is, or as it was where lists lag behind. */
  readonly viewOf: (repository: Repository) => Repository;
}

/** Seconds since 1970 in `resetsAt`, as in GitHub's headers. */
export interface RateLimitStatus {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  readonly resetsAt: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; without it `bytes`, or nothing. */
  readonly json?: unknown;
  readonly bytes?: Buffer;
  readonly contentType?: string;
}

export type Endpoint = (call: Call) => Answer;
export type RepositoryEndpoint = (call: Call, repository: Repository) => Answer;

export const ok = (json: unknown): Answer => ({ status: 200, json });
export const created = (json: unknown, location: string): Answer => ({
  status: 201,
  json,
  headers: { location },
});

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}.`);
  return value;
}

/** A numeric id in the path; anything else cannot exist. */
export function idParam(call: Call, name: string): number {
  const value = param(call, name);
  if (!/^[0-9]{1,15}$/.test(value)) throw notFound();
  return Number(value);
}

/** As whom the request acts. Routes that write let nobody through who has none. */
export function actorOf(call: Call): Account {
  if (call.caller.kind !== 'token') throw new Problem(401, 'Requires authentication');
  return call.caller.actor;
}

/** Drafts are there only for who may push. */
export const seesDrafts = (call: Call, repository: Repository): boolean =>
  may(call.caller, repository, need('write', 'contents'));
