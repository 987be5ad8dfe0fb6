import { type Document, visit } from 'yaml';
import type { PlacedFault } from '../errors.js';

/** Aliases to an anchor that is nowhere; the parser tells of the first only when it unfolds, and not where it stands. */
export function aliasFaults(
  document: Document.Parsed,
  at: (offset: number) => { line: number; column: number },
): PlacedFault[] {
  const anchors = new Set<string>();
  visit(document, {
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchors.add(node.anchor);
    },
  });
  const faults: PlacedFault[] = [];
  visit(document, {
    Alias: (_key, { source, range }) => {
      if (!anchors.has(source))
        faults.push({ path: '', message: `*${source} names nothing`, ...at(range?.[0] ?? 0) });
    },
  });
  return faults;
}
