import { RepositoryFullName, RepositoryOwner, Scope, TenantId } from '@marketops/contracts';
import { parsed } from '../arguments.js';
import { OperatorError } from '../errors.js';

export interface ScopeFlags {
  readonly tenant?: string;
  readonly account?: string;
  readonly repository?: string;
}

/**
 * The scope that was asked for; everything where none was. GitHub ignores case in names, so scopes are lower-case.
 * @throws OperatorError `usage_invalid`
 */
export function scopeOf({ tenant, account, repository }: ScopeFlags): string {
  const scopes = [
    ...(tenant === undefined ? [] : [`tenant:${parsed(TenantId, '--tenant', tenant)}`]),
    ...(account === undefined
      ? []
      : [`account:${parsed(RepositoryOwner, '--account', account).toLowerCase()}`]),
    ...(repository === undefined
      ? []
      : [`repository:${parsed(RepositoryFullName, '--repository', repository).toLowerCase()}`]),
  ];
  const [scope = 'all', second] = scopes;
  if (second !== undefined) {
    throw new OperatorError('usage_invalid', 'only one of --tenant, --account and --repository', {
      next: 'Name one scope at a time; none of them means everything.',
    });
  }
  return parsed(Scope, 'the scope', scope);
}

/** `everything`, or the scope as it stands in events. */
export const shownScope = (scope: string): string => (scope === 'all' ? 'everything' : scope);

/** The flags that name a scope, as one can paste them. */
export function scopeArguments(scope: string): string {
  const [kind, name] = scope.split(':');
  return name === undefined ? '' : ` --${kind} ${name}`;
}
