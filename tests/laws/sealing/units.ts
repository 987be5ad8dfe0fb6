import type { Module } from './modules.js';
import { childrenOf, type Node } from './syntax.js';
import { type TestCall, type Title, testCallOf } from './test-calls.js';

/** One `it(…)` as it stands in a file: a table of cases is one. */
export interface TestUnit {
  readonly module: Module;
  readonly node: Node;
  /** From the file's program down to the call's parent. */
  readonly above: readonly Node[];
  /** Its title after those of its suites. */
  readonly shown: string;
  /** What names made from it look like, and how much of them is fixed. */
  readonly pattern: RegExp;
  readonly fixed: number;
  /** True where a function that is called from elsewhere makes it: who calls matters too. */
  readonly isMade: boolean;
}

export interface UnitsOfFile {
  readonly units: readonly TestUnit[];
  /** True where `only` silences every other test of the file. */
  readonly hasOnly: boolean;
}

export function unitsOf(module: Module): UnitsOfFile {
  const units: TestUnit[] = [];
  let hasOnly = false;
  const walk = (node: Node, above: readonly Node[], suites: readonly TestCall[]): void => {
    const call = testCallOf(node);
    if (call?.isOnly === true) hasOnly = true;
    const inside = call?.of === 'suite' ? [...suites, call] : suites;
    if (call?.of === 'test') units.push(unitOf(module, node, above, [...suites, call]));
    else for (const child of childrenOf(node)) walk(child, [...above, node], inside);
  };
  walk(module.program, [], []);
  return { units, hasOnly };
}

function unitOf(module: Module, node: Node, above: readonly Node[], calls: readonly TestCall[]): TestUnit {
  const titles: readonly Title[] = calls.map(({ title }) => title);
  const bodies = new Set(calls.map(({ body }) => body));
  const isMade = above.some(
    (one) => one.type === 'FunctionDeclaration' || isNamedFunction(one, above, bodies),
  );
  const joined = titles.map(({ pattern }) => pattern).join(' > ');
  return {
    ...{ module, node, above, isMade },
    shown: titles.map(({ shown }) => shown).join(' > '),
    pattern: new RegExp(isMade ? `(^| > )${joined}$` : `^${joined}$`),
    fixed: titles.reduce((sum, { fixed }) => sum + fixed, 0),
  };
}

/** `const suite = () => { it(…) }`: an arrow that is a value, not the body of a suite. */
function isNamedFunction(node: Node, above: readonly Node[], bodies: ReadonlySet<Node | undefined>): boolean {
  if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression') return false;
  const parent = above[above.indexOf(node) - 1];
  return !bodies.has(node) && parent?.type === 'VariableDeclarator';
}
