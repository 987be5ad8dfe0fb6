import { InputError, limits } from '@marketops/contracts';
import { canonicalJson } from '@marketops/proof';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { type PlacedFault, reasonOf } from '../errors.js';
import { aliasFaults } from './alias-faults.js';
import { firstTooDeep } from './nesting.js';
import { type Places, placesIn } from './places.js';

export interface ParsedPlan {
  /** What the file says, before anybody has looked whether it is a plan. */
  readonly value: unknown;
  /** Where in the file a path of the value stands. */
  readonly places: Places;
}

/** Aliases may stand for parts a plan repeats; a document that unfolds without end is refused. */
const aliasesMax = 100;
const faultsMax = 100;

/**
 * Reads a plan's text strictly: YAML 1.2 or JSON (by the file's name), no duplicate keys, no tags, no second document,
 * nothing that JSON cannot say.
 * @throws InputError `request_malformed` with line and column of every fault.
 */
export function parsePlan(
  text: string,
  options: { readonly path: string; readonly json: boolean },
): ParsedPlan {
  const { path, json } = options;
  const lines = new LineCounter();
  const refuse = (faults: readonly PlacedFault[], cause?: unknown): never => {
    throw new InputError('request_malformed', `${path} is not valid ${json ? 'JSON' : 'YAML'}`, {
      next: 'Correct the file at the places named.',
      cause,
      faults: faults.slice(0, faultsMax),
    });
  };
  const deep = firstTooDeep(text);
  if (deep !== undefined) {
    return refuse([{ path: '', message: 'is nested too deeply', ...positionOf(text, deep) }]);
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    stringKeys: true,
    version: '1.2',
    schema: 'core',
    merge: false,
    prettyErrors: false,
  });
  // A warning is a tag nobody resolves: it would silently become plain text.
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    return refuse(
      problems.map(({ code, message, pos: [offset] }) => ({
        path: '',
        message: code === 'MULTIPLE_DOCS' ? 'a second document begins here; a plan is one' : message,
        ...position(lines, offset),
      })),
      problems[0],
    );
  }
  const unnamed = aliasFaults(document, (offset) => position(lines, offset));
  if (unnamed.length > 0) return refuse(unnamed);
  if (json) refuseNoJson(text, refuse);
  const places = placesIn(document, lines);
  return { value: plainValue(document, places, refuse), places };
}

type Refuse = (faults: readonly PlacedFault[], cause?: unknown) => never;

function plainValue(document: Document.Parsed, places: Places, refuse: Refuse): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: aliasesMax });
    // Refuses what JSON has no word for (NaN, infinity, __proto__), and depth that aliases brought.
    canonicalJson(value ?? null, { depthMax: limits.jsonDepthMax });
    return value;
  } catch (cause) {
    const message = reasonOf(cause);
    return refuse([{ path: '', message, ...places.keyAt(pathIn(message)) }], cause);
  }
}

/** The place that canonical JSON's refusals name, `$.operations[0].title`, as a path; empty where there is none. */
function pathIn(message: string): (string | number)[] {
  const text = / at \$(\S*)/.exec(message)?.[1] ?? '';
  return [...text.matchAll(/\[(\d+)\]|\.([^.[]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}

/** YAML takes more than JSON has; a file that calls itself JSON is held to it. */
function refuseNoJson(text: string, refuse: Refuse): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    const at = /position (\d+)/.exec(reasonOf(cause))?.[1];
    const place = at === undefined ? {} : positionOf(text, Number(at));
    // The engine's message quotes the text; the place says enough.
    refuse([{ path: '', message: 'this is not JSON', ...place }]);
  }
}

const position = (lines: LineCounter, offset: number): { line: number; column: number } => {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
};

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
