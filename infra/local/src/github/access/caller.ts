import type { Account, Repository } from '../domain/model.js';
import type { App } from './apps.js';
import { grants, type Need, type Permissions } from './permissions.js';

/** Who sends a request, as its `authorization` says. */
export type Caller =
  | { readonly kind: 'anonymous'; readonly key: string }
  | { readonly kind: 'app'; readonly key: string; readonly app: App }
  | {
      readonly kind: 'token';
      /** Whose limits it uses: a token's own, or its installation's, which all tokens of that share. */
      readonly key: string;
      /** As whom it acts. */
      readonly actor: Account;
      /** In GitHub's refusals: `integration` or `personal access token`. */
      readonly called: string;
      /** Undefined may do everything. */
      readonly permissions: Permissions | undefined;
      /** Whether the token was given for this repository. */
      readonly covers: (repository: Repository) => boolean;
    };

export const anonymous: Caller = { kind: 'anonymous', key: 'anonymous' };

/** Whether the token was given for the repository and for what is needed. */
export function may(caller: Caller, repository: Repository, wanted: Need): boolean {
  if (caller.kind !== 'token' || !caller.covers(repository)) return false;
  return caller.permissions === undefined || grants(caller.permissions, wanted);
}

/** Whether the repository exists at all for this caller: what is private is not there for a stranger. */
export const sees = (caller: Caller, repository: Repository): boolean =>
  !repository.private || (caller.kind === 'token' && caller.covers(repository));
