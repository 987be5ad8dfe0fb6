import { EvidenceKind, GroupName, PrincipalId, type PublicKey, TenantId } from '@marketops/contracts';
import type { ComparedName, NameDomain } from './literals.js';
import { approvalsMax, factOf } from './rule.js';

/** The names that a question can have here: what else a policy writes matches nothing. */
export interface KnownNames {
  /** Who may ask for plans. */
  readonly principals: ReadonlySet<string>;
  readonly tenants: ReadonlySet<string>;
  /** Of approvers. */
  readonly groups: ReadonlySet<string>;
  /** The kinds of evidence that any issuer is registered for. */
  readonly evidenceKinds: ReadonlySet<string>;
}

/**
 * The names of a system. Keys that have been revoked or have run out count too: that the last approver of a group has left
 * is no mistake in a policy.
 * @param principals as `marketops.yml` has them
 * @param keys as the keyring lists them
 */
export function knownNames(
  principals: Readonly<Record<string, { readonly tenants: readonly string[] }>>,
  keys: readonly PublicKey[],
): KnownNames {
  return {
    principals: new Set(Object.keys(principals)),
    tenants: new Set(Object.values(principals).flatMap(({ tenants }) => tenants)),
    groups: new Set(keys.flatMap((key) => (key.purpose === 'approver' ? key.groups : []))),
    evidenceKinds: new Set(keys.flatMap((key) => (key.purpose === 'evidence' ? key.kinds : []))),
  };
}

/** Why no question ever has this name, wherever it is asked; undefined where one might. */
export function impossibility({ domain, text, isPattern }: ComparedName): string | undefined {
  const { schema, shape } = written[domain];
  // A star stands for anything: beside it has to be characters of a name.
  const isPossible = isPattern ? /^[a-z0-9_*-]*$/.test(text) : schema(text);
  return isPossible ? undefined : `"${text}" matches nothing: ${shape}`;
}

/** Why no question of this system has this name, with the names there are; undefined where one may. */
export function unknownness(
  { domain, text, isPattern }: ComparedName,
  known: KnownNames,
): string | undefined {
  const { what, of, nameIn } = written[domain];
  const names = known[of];
  const name = nameIn(text);
  const isKnown = isPattern ? [...names].some((one) => matches(text, one)) : names.has(name);
  return isKnown ? undefined : `there is no ${what} "${name}"; ${listed(names)}`;
}

const listedMax = 20;

function listed(names: ReadonlySet<string>): string {
  const some = [...names]
    .sort()
    .slice(0, listedMax)
    .map((one) => `"${one}"`);
  if (some.length === 0) return 'there are none at all';
  const more = names.size - some.length;
  return `there ${names.size === 1 ? 'is' : 'are'} ${some.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/** As Cedar's `like`. A few names of 63 characters: no pattern makes this slow. */
function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === name;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let from = first.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at === -1 || at + part.length > name.length - last.length) return false;
    from = at + part.length;
  }
  return true;
}

interface Written {
  readonly what: string;
  readonly of: keyof KnownNames;
  readonly shape: string;
  schema(text: string): boolean;
  /** The name within the text. */
  nameIn(text: string): string;
}

const same = (text: string): string => text;
const ending = new RegExp(`^(.+):(?:[1-9]|${approvalsMax})$`);

const written: Readonly<Record<NameDomain, Written>> = {
  principal: {
    ...{ what: 'principal', of: 'principals', nameIn: same },
    schema: (text) => PrincipalId.safeParse(text).success,
    shape: 'names of principals are a–z, 0–9, _ and -',
  },
  tenant: {
    ...{ what: 'tenant', of: 'tenants', nameIn: same },
    schema: (text) => TenantId.safeParse(text).success,
    shape: 'names of tenants are a–z, 0–9, _ and -',
  },
  approval: {
    ...{ what: 'group of approvers', of: 'groups' },
    nameIn: (text) => ending.exec(text)?.[1] ?? text,
    schema: (text) => GroupName.safeParse(ending.exec(text)?.[1]).success,
    shape: `approvals are "<group>:<n>", n from 1 to ${approvalsMax}`,
  },
  evidence: {
    ...{ what: 'issuer of', of: 'evidenceKinds' },
    nameIn: (text) => text.split('=')[0] ?? '',
    schema: (text) => factOf(text) !== null,
    shape: 'evidence is "<kind>=<value>", such as "ci.result=passed"',
  },
};

/** What annotations name without deciding: whom to ask, and what to wait for. */
export function annotatedDoubts(
  annotations: Readonly<Record<string, string | null>>,
  known: KnownNames,
): string[] {
  const { approver_group: group, evidence } = annotations;
  const doubts: string[] = [];
  if (typeof group === 'string' && GroupName.safeParse(group).success && !known.groups.has(group))
    doubts.push(`@approver_group: there is no group of approvers "${group}"; ${listed(known.groups)}`);
  const kind = typeof evidence === 'string' ? (evidence.split('=')[0] ?? '') : '';
  if (EvidenceKind.safeParse(kind).success && !known.evidenceKinds.has(kind))
    doubts.push(`@evidence: there is no issuer of "${kind}"; ${listed(known.evidenceKinds)}`);
  return doubts;
}
