import { childrenOf, isNode, type Node, nodesIn } from './syntax.js';

/** `it('…')`, `describe.each(…)('…')`, `test.skipIf(…)('…')` and the like. */
export interface TestCall {
  readonly of: 'test' | 'suite';
  readonly title: Title;
  /** The function with the body. */
  readonly body: Node | undefined;
  readonly isOnly: boolean;
}

/** A title as the text has it, and what a name made from it looks like. */
export interface Title {
  readonly shown: string;
  /** A regular expression. */
  readonly pattern: string;
  /** Characters that stand in every name made from it. */
  readonly fixed: number;
}

const roots: ReadonlyMap<string, TestCall['of']> = new Map([
  ['it', 'test'],
  ['test', 'test'],
  ['describe', 'suite'],
  ['suite', 'suite'],
]);

export function testCallOf(node: Node): TestCall | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const callee = node['callee'] as Node;
  const root = rootOf(callee);
  const of = roots.get(root.name);
  const given = nodesIn(node['arguments']);
  const [first] = given;
  if (of === undefined || first === undefined || root.isModifier) return undefined;
  const title = titleOf(first, root.modifiers.has('each') || root.modifiers.has('for'));
  const isOnly = root.modifiers.has('only') || given.slice(1).some(mayHaveOnly);
  return { of, title, body: given.find(isFunction), isOnly };
}

/** `{ only: true }` among the options; and what cannot be read there, so that nothing hides in it. */
function mayHaveOnly(node: Node): boolean {
  return nodesIn(node.type === 'ObjectExpression' ? node['properties'] : []).some((one) => {
    if (one.type !== 'Property') return true;
    const name = memberOf(one, 'key');
    return name === 'only' && !(isFalse(one['value']) && one['computed'] !== true);
  });
}

const isFalse = (value: unknown): boolean => isNode(value) && value['value'] === false;

/** Stands for every name that is worked out when it runs: `it['on' + 'ly']`. */
const unreadable = 'only';

/** The name of a property, however it is written: `it.only`, `it['only']`. */
function memberOf(node: Node, field: 'property' | 'key'): string {
  const named = node[field] as Node;
  if (named.type === 'Literal') return String(named['value']);
  return node['computed'] === true ? unreadable : String(named['name']);
}

const isFunction = ({ type }: Node): boolean =>
  type === 'ArrowFunctionExpression' || type === 'FunctionExpression' || type === 'FunctionDeclaration';

/** What is called at last, with what stands between: of `it.skipIf(x).each([…])`, `it` with `skipIf` and `each`. */
function rootOf(callee: Node): {
  readonly name: string;
  readonly modifiers: ReadonlySet<string>;
  /** True of `it.each` in `it.each([…])('…')`: the call of the modifier, which is no test yet. */
  readonly isModifier: boolean;
} {
  const modifiers = new Set<string>();
  let at = callee;
  const last = callee.type === 'MemberExpression' ? memberOf(callee, 'property') : '';
  for (;;) {
    if (at.type === 'MemberExpression') {
      modifiers.add(memberOf(at, 'property'));
      at = at['object'] as Node;
    } else if (at.type === 'CallExpression') at = at['callee'] as Node;
    else if (at.type === 'TaggedTemplateExpression') at = at['tag'] as Node;
    else if (at.type === 'TSInstantiationExpression') at = at['expression'] as Node;
    else break;
  }
  const name = at.type === 'Identifier' ? String(at['name']) : '';
  return { name, modifiers, isModifier: ['each', 'for', 'skipIf', 'runIf', 'extend'].includes(last) };
}

function titleOf(node: Node, isTable: boolean): Title {
  if (node.type === 'Literal' && typeof node['value'] === 'string')
    return titleFrom([node['value']], isTable);
  if (node.type === 'TemplateLiteral') {
    const quasis = node['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
    return titleFrom(
      quasis.map(({ value }) => value.cooked),
      isTable,
    );
  }
  return { shown: '…', pattern: '[\\s\\S]*', fixed: 0 };
}

/** `vi.mock(…)` and its kind: vitest moves them to the top of the file, out of whatever test they stand in. */
export function hoistedIn(node: Node): readonly Node[] {
  const callee = node.type === 'CallExpression' ? (node['callee'] as Node) : undefined;
  const isOne =
    callee?.type === 'MemberExpression' &&
    (callee['object'] as Node).type === 'Identifier' &&
    ['mock', 'unmock', 'hoisted'].includes(memberOf(callee, 'property'));
  return isOne ? [node] : childrenOf(node).flatMap(hoistedIn);
}

const placeholder = /%[sdifjoOc#$%]|\$#|\$[\w.]+/g;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function titleFrom(parts: readonly string[], isTable: boolean): Title {
  const fixed = parts.flatMap((part) => (isTable ? part.split(placeholder) : [part]));
  return {
    shown: parts.join('…'),
    pattern: fixed.map(escaped).join('[\\s\\S]*'),
    fixed: fixed.reduce((sum, { length }) => sum + length, 0),
  };
}
