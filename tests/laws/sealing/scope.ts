import { isInert, isInertDeclarator } from './inert.js';
import { isBareImport, isNode, isType, type Node, nodesIn } from './syntax.js';
import { hoistedIn, testCallOf } from './test-calls.js';

/** What a block (or a file) declares, and what it does besides declaring. */
export interface Scope {
  readonly declared: ReadonlyMap<string, readonly Declared[]>;
  /**
   * Hooks, declarations whose value has to be worked out, and every other statement that acts, in their order; but tests
   * and suites: those are sealed each for itself.
   */
  readonly acts: readonly Node[];
  /** The modules that run before it, because it imports from them or passes their exports on. */
  readonly loads: readonly string[];
}

export type Declared =
  | { readonly of: 'here'; readonly node: Node }
  /** `name` is `default`, or `*` for the whole module. */
  | { readonly of: 'import'; readonly name: string; readonly from: string };

const scopes = new WeakMap<Node, Scope>();

/** @param block a program, or the body of a function */
export function scopeOf(block: Node): Scope {
  const known = scopes.get(block);
  if (known !== undefined) return known;
  const scope = readScope(block);
  scopes.set(block, scope);
  return scope;
}

function readScope(block: Node): Scope {
  const declared = new Map<string, Declared[]>();
  const acts: Node[] = [];
  const loads: string[] = [];
  const declare = (names: readonly string[], what: Declared) => {
    for (const name of names) declared.set(name, [...(declared.get(name) ?? []), what]);
  };
  const take = (statement: Node): void => {
    if (isType(statement)) return;
    const { type } = statement;
    const from = sourceOf(statement);
    if (from !== undefined) loads.push(from);
    const inner = statement['declaration'];
    if (type.startsWith('Export') && isNode(inner) && !isType(inner)) {
      if (type === 'ExportDefaultDeclaration') declare(['default'], { of: 'here', node: inner });
      take(inner);
    } else if (isBareImport(statement)) acts.push(statement);
    else if (type === 'ImportDeclaration') {
      for (const [name, what] of importsOf(statement)) declare([name], what);
    } else if (type === 'VariableDeclaration') {
      for (const node of nodesIn(statement['declarations'])) {
        declare(boundBy(node['id']), { of: 'here', node });
        if (!isInertDeclarator(node)) acts.push(node);
      }
    } else if (isDeclaration(type)) {
      declare(boundBy(statement['id']), { of: 'here', node: statement });
      if (!isInert(statement)) acts.push(statement);
    } else if (!type.startsWith('Export') && !holdsTests(statement)) acts.push(statement);
  };
  for (const statement of nodesIn(block['body'])) take(statement);
  if (block.type === 'Program') acts.push(...hoistedIn(block));
  return { declared, acts, loads };
}

const isDeclaration = (type: string): boolean =>
  /^(Function|Class|TSEnum|TSModule|TSImportEquals)Declaration$/.test(type);

/** What an `import … from` or `export … from` names, where it is more than types. */
function sourceOf(statement: Node): string | undefined {
  const isOfTypes = statement['importKind'] === 'type' || statement['exportKind'] === 'type';
  const source = statement['source'];
  return isOfTypes || !isNode(source) ? undefined : String(source['value']);
}

function importsOf(statement: Node): readonly (readonly [string, Declared])[] {
  if (statement['importKind'] === 'type') return [];
  const from = String((statement['source'] as Node)['value']);
  return nodesIn(statement['specifiers'])
    .filter((one) => one['importKind'] !== 'type')
    .map((one) => {
      const local = String((one['local'] as Node)['name']);
      return [local, { of: 'import', name: importedName(one), from }];
    });
}

function importedName(specifier: Node): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  return wordOf(specifier['imported']);
}

/** Of an identifier or a quoted name. */
export const wordOf = (node: unknown): string => {
  const { name, value } = node as { readonly name?: unknown; readonly value?: unknown };
  return String(name ?? value);
};

/** The names a pattern binds. */
function boundBy(pattern: unknown): readonly string[] {
  if (!isNode(pattern)) return [];
  if (pattern.type === 'Identifier') return [String(pattern['name'])];
  const inner = pattern.type === 'Property' ? ['value'] : ['properties', 'elements', 'left', 'argument'];
  return inner.flatMap((field) => nodesIn(pattern[field]).flatMap(boundBy));
}

function holdsTests(node: Node): boolean {
  if (testCallOf(node) !== undefined) return true;
  return Object.values(node).some((value) => nodesIn(value).some(holdsTests));
}
