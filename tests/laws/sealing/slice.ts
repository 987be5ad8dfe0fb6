import type { Module, Modules } from './modules.js';
import { type Declared, type Scope, scopeOf, wordOf } from './scope.js';
import { childrenOf, importsIn, isNode, type Node, namesIn, nodesIn, spoken } from './syntax.js';
import type { TestUnit } from './units.js';

/**
 * Everything that is test code and that one test runs: the call itself with its table, the hooks and loops around it,
 * and, by name, each declaration it reaches, through the helpers of other files too. Nothing else of those files, so
 * that work on one test leaves the seals of its neighbours alone.
 * @returns the pieces, each once, in an order that does not depend on where they stand
 */
export function sliceOf(modules: Modules, unit: TestUnit): readonly string[] {
  const slice = new Slice(modules);
  slice.take(unit);
  return slice.pieces();
}

/** The same for a whole file: whatever of it makes a test, and wherever that test comes from. */
export function fileSliceOf(modules: Modules, module: Module): readonly string[] {
  const slice = new Slice(modules);
  slice.takeFile(module);
  return slice.pieces();
}

class Slice {
  readonly #modules: Modules;
  readonly #pieces = new Set<string>();
  readonly #seen = new Set<Node | string>();

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  pieces(): readonly string[] {
    return [...this.#pieces].sort();
  }

  take({ module, node, above, isMade }: TestUnit): void {
    const scopes = scopesOf(above);
    this.#add(module, scopes, node);
    above.forEach((one, at) => {
      const next = above[at + 1] ?? node;
      if (one.type === 'Program' || one.type === 'BlockStatement') return;
      // Of what it stands in (a suite, a loop, a condition) all but the way down to it.
      for (const beside of childrenOf(one)) if (beside !== next) this.#add(module, scopes, beside);
    });
    this.#load(module);
    scopes.forEach((_, depth) => {
      this.#runs(module, scopes.slice(0, depth + 1));
    });
    if (isMade) this.#add(module, scopes, module.program);
  }

  takeFile(module: Module): void {
    this.#load(module);
    this.#add(module, [scopeOf(module.program)], module.program);
  }

  /** @param place what tells the piece from another of the same text: swapped, they would be another test */
  #add(module: Module, scopes: readonly Scope[], node: Node, place = ''): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    const { said, names, imports } = readingOf(module, node);
    this.#piece(module, `${place}${said}`);
    for (const from of imports) this.#follow(module, scopes, { of: 'import', name: '*', from }, '');
    for (const name of names) {
      scopes.forEach((scope, depth) => {
        for (const declared of scope.declared.get(name) ?? [])
          this.#follow(module, scopes, declared, name, `${depth}: `);
      });
    }
  }

  #piece({ file }: Module, said: string): void {
    this.#pieces.add(`${file}: ${said}`);
  }

  /** @param local what it is called here: imports that trade their names are other imports */
  #follow(module: Module, scopes: readonly Scope[], declared: Declared, local: string, place = ''): void {
    if (declared.of === 'here') {
      this.#add(module, scopes, declared.node, place);
      return;
    }
    this.#piece(module, `import ${declared.name} as ${local} from ${declared.from}`);
    const target = this.#modules.testCode(module, declared.from);
    if (target !== undefined) this.#export(target, declared.name);
  }

  /** What the innermost of these scopes does besides declaring, in its order. */
  #runs(module: Module, scopes: readonly Scope[]): void {
    const acts = scopes.at(-1)?.acts ?? [];
    if (acts.length === 0) return;
    const inOrder = acts.map((act) => readingOf(module, act).said).join('\n');
    this.#piece(module, `${scopes.length - 1} runs: ${inOrder}`);
    for (const act of acts) this.#add(module, scopes, act);
  }

  /** What happens because a file of test code is loaded: it runs, after everything that it imports from. */
  #load(module: Module): void {
    const key = `load ${module.file}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const scope = scopeOf(module.program);
    for (const from of scope.loads) {
      const target = this.#modules.testCode(module, from);
      if (target !== undefined) this.#load(target);
    }
    this.#runs(module, [scope]);
  }

  /** What a file of test code gives out under a name, wherever it has it from. */
  #export(module: Module, name: string): void {
    const key = `${module.file} ${name}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#load(module);
    const { program } = module;
    const scope = scopeOf(program);
    if (name === '*') {
      this.#add(module, [scope], program);
      return;
    }
    for (const declared of scope.declared.get(name) ?? []) this.#follow(module, [scope], declared, name);
    for (const statement of nodesIn(program['body'])) this.#reexport(module, scope, statement, name);
  }

  #reexport(module: Module, scope: Scope, statement: Node, name: string): void {
    const from = isNode(statement['source']) ? String(statement['source']['value']) : undefined;
    if (statement.type === 'ExportAllDeclaration' && from !== undefined) {
      const exported = statement['exported'];
      const isUnderName = isNode(exported);
      if (isUnderName && wordOf(exported) !== name) return;
      const target = this.#modules.testCode(module, from);
      if (target === undefined || isUnderName) this.#piece(module, `export * as ${name} from ${from}`);
      if (target !== undefined) this.#export(target, isUnderName ? '*' : name);
    }
    if (statement.type !== 'ExportNamedDeclaration') return;
    for (const one of nodesIn(statement['specifiers'])) {
      if (wordOf(one['exported']) !== name) continue;
      const local = wordOf(one['local']);
      if (from !== undefined) this.#follow(module, [scope], { of: 'import', name: local, from }, name);
      else {
        this.#piece(module, `export ${local} as ${name}`);
        for (const declared of scope.declared.get(local) ?? [])
          this.#follow(module, [scope], declared, local);
      }
    }
  }
}

interface Reading {
  readonly said: string;
  readonly names: ReadonlySet<string>;
  readonly imports: readonly string[];
}
const readings = new WeakMap<Node, Reading>();

/** Many tests reach the same helper: it is read once. */
function readingOf({ text }: Module, node: Node): Reading {
  const known = readings.get(node);
  if (known !== undefined) return known;
  const reading = { said: spoken(text, node), names: namesIn(node), imports: importsIn(node) };
  readings.set(node, reading);
  return reading;
}

/** The scopes around a test, the file's first. */
const scopesOf = (above: readonly Node[]): readonly Scope[] =>
  above.filter(({ type }) => type === 'Program' || type === 'BlockStatement').map(scopeOf);
