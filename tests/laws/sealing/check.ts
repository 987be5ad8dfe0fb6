import type { Law } from '../law-table.js';
import { type AmendedLaws, type Amendment, amendedLaws, told, unrecorded } from './amendment.js';
import { readAmendments, readSeal, SealFileError, sealPath } from './files.js';
import { historyFaults, tagFaults } from './history.js';
import {
  type LawsNow,
  lawsNow,
  nameOf,
  type Seal,
  type SealDefinition,
  sealFaults,
  standingFaults,
} from './seal.js';
import type { TestReader } from './sealed-tests.js';

/** A seal beside what is there today. */
export interface SealState {
  readonly definition: SealDefinition;
  readonly seal: Seal;
  readonly amendments: readonly Amendment[];
  readonly recorded: AmendedLaws;
  readonly now: LawsNow;
}

export interface SealCheck {
  /** Undefined where there is no seal that can be read. */
  readonly state: SealState | undefined;
  readonly faults: readonly string[];
}

const howToAmend = 'Take it back, or record it: npm run laws -- amend --by "<who>" --why "<why>"';

/** Does a sealed set stand: its file, its amendments, its laws and their tests, its history, its tag? */
export function checkSeal(
  root: string,
  definition: SealDefinition,
  laws: readonly Law[],
  reader: TestReader,
): SealCheck {
  try {
    const seal = readSeal(root, definition);
    if (seal === undefined) return { state: undefined, faults: [`${sealPath(definition)} is missing`] };
    const amendments = readAmendments(root, definition);
    const recorded = amendedLaws(seal, amendments);
    const now = lawsNow(definition.laws, laws, reader);
    const state = { definition, seal, amendments, recorded, now };
    return { state, faults: faultsOf(root, state, laws, reader) };
  } catch (fault) {
    if (!(fault instanceof SealFileError)) throw fault;
    return { state: undefined, faults: [fault.message] };
  }
}

function faultsOf(
  root: string,
  { definition, seal, recorded, now }: SealState,
  laws: readonly Law[],
  reader: TestReader,
): readonly string[] {
  const changes = [...unrecorded(recorded.laws, now)].flatMap(([id, change]) => told(id, change));
  return [
    ...sealFaults(seal, definition),
    ...recorded.faults,
    ...standingFaults(definition, laws),
    ...definition.laws.flatMap((id) => reader.faultsOf(id)),
    ...changes.map((change) => `${nameOf(definition)} is sealed, and no amendment records this. ${change}`),
    ...(changes.length === 0 ? [] : [howToAmend]),
    ...historyFaults(root, definition),
    ...tagFaults(root, seal),
  ];
}

/** The amendment that records all that has changed; undefined where nothing has. */
export function nextAmendment(
  { recorded, now, amendments }: SealState,
  { by, why, at }: Pick<Amendment, 'by' | 'why' | 'at'>,
): Amendment | undefined {
  const changes = unrecorded(recorded.laws, now);
  if (changes.size === 0) return undefined;
  const number = amendments.length + 1;
  return { number, at, by, why, previous: recorded.last, laws: Object.fromEntries(changes) };
}
