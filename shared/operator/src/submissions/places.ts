import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/** A path into the plan, as zod reports it. */
export type ValuePath = readonly PropertyKey[];

export interface Places {
  /** Where the value at `path` stands; where there is none, where the nearest thing around it does. */
  valueAt(path: ValuePath): { line: number; column: number };
  /** Where the key of `path` stands, for a key that should not be there. */
  keyAt(path: ValuePath): { line: number; column: number };
}

export function placesIn(document: Document.Parsed, lines: LineCounter): Places {
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const startOf = (node: Node): number => node.range?.[0] ?? 0;
  return {
    valueAt: (path) => at(startOf(descend(document, path).node)),
    keyAt(path) {
      const { node, key } = descend(document, path);
      return at(startOf(key ?? node));
    },
  };
}

/** As far along the path as the document goes: the last node there is, and its key. */
function descend(document: Document.Parsed, path: ValuePath): { node: Node; key: Node | undefined } {
  let node: Node = document.contents ?? document.createNode(null);
  let key: Node | undefined;
  for (const step of path) {
    const next = childOf(isAlias(node) ? (node.resolve(document) ?? node) : node, step);
    if (next === undefined) break;
    key = next.key ?? key;
    if (next.node === undefined) break;
    node = next.node;
  }
  return { node, key };
}

function childOf(node: Node, step: PropertyKey): { key?: Node; node: Node | undefined } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    return isNode(item) ? { node: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  if (pair === undefined) return undefined;
  const value = isNode(pair.value) ? pair.value : undefined;
  return isNode(pair.key) ? { key: pair.key, node: value } : { node: value };
}

/** `operations[1].tag_name`, as the contracts write paths. */
export const pathText = (path: ValuePath): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
