import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IndexError } from '../errors.js';
import { type IndexTables, openTablesIn } from './layout.js';

const nameOf = /^\d{10}$/;
const bytesMax = 64;

/** The file that says which of the folders beside it is the index: `<root>/index/current`. */
export const currentIndexPath = (root: string): string => join(root, 'index', 'current');

/** A folder of the index. It has the name of the term that made it, so that no two writers ever write the same one. */
export const indexFolder = (root: string, name: string): string => join(root, 'index', name);
export const indexFolderName = (term: number): string => String(term).padStart(10, '0');

/** Which folder is the index now; undefined where there is none yet. */
export function currentIndex(root: string): string | undefined {
  try {
    const name = readFileSync(currentIndexPath(root)).subarray(0, bytesMax).toString('latin1').trim();
    return nameOf.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Opens the index that is in force, for reading.
 * @param root the ledger's folder
 * @throws IndexError `index_missing`, `index_invalid`
 */
export function openCurrentTables(root: string): IndexTables {
  const name = currentIndex(root);
  if (name === undefined || !existsSync(join(indexFolder(root, name), 'data.mdb')))
    throw new IndexError('index_missing', `There is no index in ${root}.`);
  return openTablesIn(indexFolder(root, name), { readOnly: true });
}

/** How long a reader may go on with an index that another has replaced. */
const lookEveryMs = 250;

/**
 * The same, and whenever another ledger has taken over, that one's index from then on. What is open already stays open until
 * all is closed: somebody may be reading in it.
 * @throws IndexError `index_missing`, `index_invalid`
 */
export function followTables(root: string): { readonly tables: IndexTables; close(): Promise<void> } {
  let name = currentIndex(root);
  let tables = openCurrentTables(root);
  const opened = [tables];
  let lookedMs = performance.now();

  const now = (): IndexTables => {
    if (performance.now() - lookedMs < lookEveryMs) return tables;
    lookedMs = performance.now();
    const next = currentIndex(root);
    if (next === undefined || next === name) return tables;
    tables = openCurrentTables(root);
    name = next;
    opened.push(tables);
    return tables;
  };
  return {
    tables: {
      get root() {
        return now().root;
      },
      get meta() {
        return now().meta;
      },
      get numbers() {
        return now().numbers;
      },
      get heads() {
        return now().heads;
      },
      get places() {
        return now().places;
      },
      get events() {
        return now().events;
      },
      get runs() {
        return now().runs;
      },
      get runOrder() {
        return now().runOrder;
      },
      get receipts() {
        return now().receipts;
      },
      get claims() {
        return now().claims;
      },
      get quarantines() {
        return now().quarantines;
      },
      get retired() {
        return now().retired;
      },
    },
    async close() {
      for (const each of opened.splice(0)) await each.root.close();
    },
  };
}
