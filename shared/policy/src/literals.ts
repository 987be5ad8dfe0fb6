import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

/** What a text in a policy names. */
export type NameDomain = 'principal' | 'tenant' | 'approval' | 'evidence';

/** A text that a policy compares with what is asked. */
export interface ComparedName {
  readonly domain: NameDomain;
  readonly text: string;
  /** A star stands for anything: of `like`. */
  readonly isPattern: boolean;
  /**
   * Whether the policies allow more than they say if this name matches nothing: in what a forbid asks for, or what a permit
   * makes an exception of. Otherwise they allow less.
   */
  readonly allowsMore: boolean;
}

/**
 * Which way the whole goes if a comparison is always false: 1, it is false rather; -1, it is true rather; 0, either (below
 * an `if`, or compared with something else again).
 */
type Polarity = 1 | -1 | 0;

/** Every name of a principal, tenant, group of approvers or fact that a policy compares. */
export function comparedNames({ effect, principal, conditions }: PolicyJson): ComparedName[] {
  const found: ComparedName[] = [];
  const take = (domain: NameDomain, text: string, isPattern: boolean, polarity: Polarity): void => {
    const allowsMore = effect === 'forbid' ? polarity !== -1 : polarity !== 1;
    found.push({ domain, text, isPattern, allowsMore });
  };
  // `principal == …`, `principal in …` and `principal is Principal in …` of the scope.
  const { entity } = ('in' in principal ? principal.in : principal) as { readonly entity?: unknown };
  takeOperand({ Value: { __entity: entity } }, 1, undefined, take);
  for (const { kind, body } of conditions) walk(body, kind === 'when' ? 1 : -1, undefined, take);
  return found;
}

type Take = (domain: NameDomain, text: string, isPattern: boolean, polarity: Polarity) => void;
type Node = Readonly<Record<string, unknown>>;

const flip = (polarity: Polarity): Polarity => (polarity === 0 ? 0 : polarity === 1 ? -1 : 1);
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** @param domain of texts that stand here; undefined where nothing is known of them */
function walk(node: unknown, polarity: Polarity, domain: NameDomain | undefined, take: Take): void {
  if (!isNode(node)) return;
  for (const [operator, parts] of Object.entries(node)) {
    if (!isNode(parts)) continue;
    if (operator === '&&' || operator === '||') {
      walk(parts['left'], polarity, domain, take);
      walk(parts['right'], polarity, domain, take);
    } else if (operator === '!') walk(parts['arg'], flip(polarity), domain, take);
    else if (operator === 'if-then-else') {
      walk(parts['if'], 0, undefined, take);
      for (const branch of [parts['then'], parts['else']]) {
        const isText = isNode(branch) && ('Value' in branch || 'Set' in branch);
        (isText ? takeOperand : walk)(branch, polarity, domain, take);
      }
    } else if (comparisons.has(operator)) compare(parts, operator === '!=' ? flip(polarity) : polarity, take);
    else for (const child of Object.values(parts)) takeOperand(child, 0, domain, take);
  }
}

const comparisons = new Set(['==', '!=', 'in', 'is', 'like', 'contains', 'containsAll', 'containsAny']);

function compare(parts: Node, polarity: Polarity, take: Take): void {
  const domain = Object.values(parts)
    .map(domainOf)
    .find((one) => one !== undefined);
  const { pattern } = parts;
  if (Array.isArray(pattern) && domain !== undefined) take(domain, patternText(pattern), true, polarity);
  for (const side of ['left', 'right', 'in']) takeOperand(parts[side], polarity, domain, take);
}

/** One side of a comparison: a text, an entity, a list of them, or something that is computed. */
function takeOperand(operand: unknown, polarity: Polarity, domain: NameDomain | undefined, take: Take): void {
  if (!isNode(operand)) return;
  if ('Value' in operand) {
    for (const value of Array.isArray(operand['Value']) ? operand['Value'] : [operand['Value']])
      takeValue(value, polarity, domain, take);
  } else if (Array.isArray(operand['Set'])) {
    for (const one of operand['Set']) takeOperand(one, polarity, domain, take);
  } else walk(operand, 0, domain, take);
}

function takeValue(value: unknown, polarity: Polarity, domain: NameDomain | undefined, take: Take): void {
  if (typeof value === 'string') {
    if (domain !== undefined) take(domain, value, false, polarity);
    return;
  }
  const { __entity: entity } = isNode(value) ? value : {};
  if (isNode(entity) && entity['type'] === 'Principal')
    take('principal', String(entity['id']), false, polarity);
}

const domains: Readonly<Record<string, NameDomain>> = {
  tenant: 'tenant',
  approvals: 'approval',
  evidence: 'evidence',
};

/** What the attribute on this side of a comparison holds. */
function domainOf(side: unknown): NameDomain | undefined {
  if (!isNode(side)) return undefined;
  if (Array.isArray(side['Set'])) return side['Set'].map(domainOf).find((one) => one !== undefined);
  const access = side['.'];
  if (!isNode(access)) return undefined;
  const { left, attr } = access;
  return isNode(left) && left['Var'] === 'context' ? domains[String(attr)] : undefined;
}

/** With a star for each wildcard. */
export const patternText = (elements: readonly unknown[]): string =>
  elements.map((one) => (one === 'Wildcard' ? '*' : ((one as { Literal?: string }).Literal ?? ''))).join('');
