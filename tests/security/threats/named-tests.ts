import { parseAst } from 'vitest/node';

/** A test that runs: its name as it stands in the text, and the texts in the table it has its rows from. */
export interface NamedTest {
  readonly name: string;
  readonly rows: readonly string[];
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
const childrenOf = (node: Node): readonly Node[] => Object.values(node).flat().filter(isNode);

/**
 * Every `it` and `test` of a file, within every `describe`, but those that never run: `skip`, `todo`, `fails`, or skipped for
 * a reason that is a constant. One that is skipped where this machine lacks something counts.
 */
export function namedTests(text: string): readonly NamedTest[] {
  const found: NamedTest[] = [];
  const program = parseAst(text, { lang: 'ts' }) as unknown as Node;
  const constants = constantsOf(program);
  const walk = (node: Node, outer: readonly string[]): void => {
    const call = callOf(node);
    if (call?.isDead === true) return;
    const rows =
      call === undefined ? outer : [...outer, ...call.tables.flatMap((one) => textsIn(one, constants))];
    if (call?.of === 'test') found.push({ name: call.name, rows });
    else for (const child of childrenOf(node)) walk(child, rows);
  };
  walk(program, []);
  return found;
}

interface Call {
  readonly of: 'test' | 'suite';
  readonly name: string;
  readonly isDead: boolean;
  readonly tables: readonly Node[];
}

/** `it('…')`, `describe.skipIf(…)('…')`, `test.each([…])('…')`, and so on. */
function callOf(node: Node): Call | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const [first] = node['arguments'] as readonly Node[];
  const name = first === undefined ? undefined : textOf(first);
  if (name === undefined) return undefined;
  const tables: Node[] = [];
  let isDead = false;
  let at = node['callee'] as Node;
  for (;;) {
    if (at.type === 'MemberExpression') {
      const modifier = (at['property'] as Node)['name'];
      if (modifier === 'skip' || modifier === 'todo' || modifier === 'fails') isDead = true;
      at = at['object'] as Node;
    } else if (at.type === 'CallExpression') {
      const callee = at['callee'] as Node;
      const modifier = isNode(callee['property']) ? callee['property']['name'] : undefined;
      const [given] = at['arguments'] as readonly Node[];
      if (given !== undefined && (modifier === 'each' || modifier === 'for')) tables.push(given);
      if (given !== undefined && (modifier === 'skipIf' || modifier === 'runIf') && isConstant(given))
        isDead = true;
      at = callee;
    } else break;
  }
  const root = at.type === 'Identifier' ? at['name'] : undefined;
  if (root === 'describe') return { of: 'suite', name, isDead, tables };
  if (root === 'it' || root === 'test') return { of: 'test', name, isDead, tables };
  return undefined;
}

/** A text as it is written: with … for each `${}` of a template. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type !== 'TemplateLiteral') return undefined;
  const quasis = node['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
  return quasis.map(({ value }) => value.cooked).join('…');
}

const isConstant = (node: Node): boolean => node.type !== 'Identifier' && childrenOf(node).every(isConstant);

function constantsOf(program: Node): ReadonlyMap<string, Node> {
  const constants = new Map<string, Node>();
  const walk = (node: Node): void => {
    const [id, init] = [node['id'], node['init']];
    if (node.type === 'VariableDeclarator' && isNode(id) && isNode(init))
      constants.set(String(id['name']), init);
    for (const child of childrenOf(node)) walk(child);
  };
  walk(program);
  return constants;
}

/** The texts and member names in a table, wherever in the file it stands. */
function textsIn(table: Node, constants: ReadonlyMap<string, Node>): readonly string[] {
  const texts: string[] = [];
  const followed = new Set<string>();
  const walk = (node: Node): void => {
    const text = textOf(node);
    if (text !== undefined) texts.push(text);
    const name = node['name'];
    if (node.type === 'Identifier' && typeof name === 'string' && !followed.has(name)) {
      followed.add(name);
      const constant = constants.get(name);
      if (constant !== undefined) walk(constant);
    }
    if (node.type === 'Property' && isNode(node['key']) && node['key'].type === 'Identifier')
      texts.push(String(node['key']['name']));
    for (const child of childrenOf(node)) walk(child);
  };
  walk(table);
  return texts;
}
