import { parseAst } from 'vitest/node';

/** A node of the parsed program (ESTree with TypeScript's); `start` and `end` are places in the text. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

export const childrenOf = (node: Node): readonly Node[] => Object.values(node).flat().filter(isNode);

export const nodesIn = (value: unknown): readonly Node[] =>
  Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];

export function parse(text: string): Node {
  return parseAst(text, { lang: 'ts' }) as unknown as Node;
}

/** TypeScript's nodes that stand around a value; every other of its nodes is a type and does nothing when it runs. */
const aroundValues = new Set([
  ...['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion'],
  ...['TSInstantiationExpression', 'TSEnumDeclaration', 'TSEnumBody', 'TSEnumMember', 'TSParameterProperty'],
  ...['TSModuleDeclaration', 'TSModuleBlock', 'TSExportAssignment'],
  ...['TSImportEqualsDeclaration', 'TSExternalModuleReference', 'TSQualifiedName'],
]);
export const isType = ({ type, declare }: Node): boolean =>
  declare === true || (type.startsWith('TS') && !aroundValues.has(type));

/** A run of text that is kept as it is, or left out. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What a node says, without what changes nothing: layout, comments, trailing commas, the kind of quotes, types. Defined
 * on the text, so that another parser or formatter gives the same.
 */
export function spoken(text: string, node: Node): string {
  const pieces = piecesIn(node).toSorted((one, other) => one.start - other.start);
  let said = '';
  let at = node.start;
  for (const piece of pieces) {
    if (piece.start < at) continue;
    said += tight(text.slice(at, piece.start)) + piece.text;
    at = piece.end;
  }
  return said + tight(text.slice(at, node.end));
}

function piecesIn(node: Node): readonly Piece[] {
  const { type, start, end } = node;
  if (isType(node)) return [{ start, end, text: '' }];
  const inside = insideOf(node);
  if (type === 'UpdateExpression' || type === 'UnaryExpression')
    return [{ start, end: start, text: opens }, ...inside, { start: end, end, text: closes }];
  return endsAtLine.has(type) ? [...inside, { start: end, end, text: closes }] : inside;
}

/**
 * Where a line ends, a statement may: `return` and its value on the next line is no `return` of that value, and the
 * text without its lines does not tell. So the end of each such statement is written down, and the extent of each
 * operator that sticks to one side. No source has these characters but in a literal.
 */
const opens = '\u0001';
const closes = '\u0002';
const endsAtLine = new Set([
  ...['ExpressionStatement', 'VariableDeclarator', 'ReturnStatement', 'ThrowStatement', 'DebuggerStatement'],
  ...['BreakStatement', 'ContinueStatement', 'DoWhileStatement', 'YieldExpression'],
  ...['PropertyDefinition', 'AccessorProperty'],
]);

function insideOf(node: Node): readonly Piece[] {
  const { type, start, end } = node;
  if (type === 'Literal') {
    const { value, raw } = node;
    return [{ start, end, text: typeof value === 'string' ? JSON.stringify(value) : String(raw) }];
  }
  if (type === 'TemplateElement') {
    const { raw } = node['value'] as { readonly raw: string };
    return [{ start, end, text: raw }];
  }
  return childrenOf(node).flatMap(piecesIn);
}

/** Text between literals: there is no quote and no regular expression in it, but in comments. */
function tight(code: string): string {
  return code
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ?([^\p{ID_Continue}$ ]) ?/gu, '$1')
    .replace(/,(?=[)\]}])/g, '');
}

/** The modules a node imports while it runs: `import('…')`, and `import '…'` for its effects alone. */
export function importsIn(node: Node): readonly string[] {
  const isOne = node.type === 'ImportExpression' || isBareImport(node);
  const given = node.type === 'TSExternalModuleReference' ? node['expression'] : isOne && node['source'];
  const source = isNode(given) ? given['value'] : undefined;
  const inside = isType(node) ? [] : childrenOf(node).flatMap(importsIn);
  return typeof source === 'string' ? [source, ...inside] : inside;
}

export const isBareImport = (node: Node): boolean =>
  node.type === 'ImportDeclaration' && nodesIn(node['specifiers']).length === 0;

/** The names a node refers to: no properties, no keys, no types. */
export function namesIn(node: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (one: Node): void => {
    if (isType(one)) return;
    if (one.type === 'Identifier') names.add(String(one['name']));
    for (const [field, value] of Object.entries(one)) {
      const isName = (field === 'property' || field === 'key') && one['computed'] !== true;
      if (!isName) for (const child of nodesIn(value)) walk(child);
    }
  };
  walk(node);
  return names;
}
