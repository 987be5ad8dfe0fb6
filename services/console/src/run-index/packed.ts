import { Mode, OperationKind, RunStatus } from '@marketops/contracts';
import type { ListedOperation, ListedPhase, ListedRun } from './listed-run.js';
import { runFlags } from './run-row.js';

/** A run as the database holds it: its members in this order, without their names. */
export type PackedRun = readonly [
  runId: string,
  firstSequence: number,
  lastSequence: number,
  tenantId: string,
  principal: string | null,
  idempotencyKey: string | null,
  mode: string,
  createdAt: string,
  updatedAt: string,
  planned: boolean,
  wouldShip: number,
  wouldNotShip: number,
  rejected: string | null,
  ended: string | null,
  flags: readonly string[],
  repositories: readonly string[],
  kinds: readonly string[],
  /** id, phase, reason, and whether it drifted (`drifted` or null), of one after the other */
  operations: readonly (string | null)[],
  text: string,
];

export function packRun(run: ListedRun): PackedRun {
  return [
    ...([run.runId, run.firstSequence, run.lastSequence, run.tenantId, run.principal] as const),
    ...([run.idempotencyKey, run.mode, run.createdAt, run.updatedAt, run.planned] as const),
    ...([run.wouldShip, run.wouldNotShip, run.rejected, run.ended] as const),
    ...([[...run.flags], [...run.repositories], [...run.kinds]] as const),
    [...run.operations].flatMap(([id, { phase, why, drifted }]) => [
      id,
      phase,
      why,
      drifted ? 'drifted' : null,
    ]),
    run.text,
  ];
}

const among =
  <Word extends string>(words: readonly Word[]) =>
  (word: unknown): word is Word =>
    words.some((known) => known === word);
const isFlag = among(runFlags);
const isMode = among(Mode.options);
const isEnd = among(RunStatus.options);
const isKind = among(OperationKind.options);

/**
 * The database is a file that anybody may have damaged: what is in no list is left out, and what is no run at all throws.
 * @throws TypeError
 */
export function unpackRun(packed: PackedRun): ListedRun {
  const [runId, firstSequence, lastSequence, tenantId, principal, idempotencyKey, mode, createdAt, ...rest] =
    packed;
  const [updatedAt, planned, wouldShip, wouldNotShip, rejected, ended, ...lists] = rest;
  const [flags, repositories, kinds, operations, text] = lists;
  const isRun = typeof runId === 'string' && Number.isSafeInteger(firstSequence) && typeof text === 'string';
  if (!isRun || !isMode(mode) || (ended !== null && !isEnd(ended)))
    throw new TypeError('a row of the index of runs is none');
  return {
    runId,
    firstSequence,
    lastSequence,
    tenantId,
    principal,
    idempotencyKey,
    mode,
    createdAt,
    updatedAt,
    planned,
    wouldShip,
    wouldNotShip,
    rejected,
    ended,
    flags: new Set(flags.filter(isFlag)),
    repositories: new Set(repositories),
    kinds: new Set(kinds.filter(isKind)),
    operations: unpackOperations(operations),
    text,
  };
}

function unpackOperations(packed: readonly (string | null)[]): Map<string, ListedOperation> {
  const operations = new Map<string, ListedOperation>();
  for (let at = 0; at + 3 < packed.length; at += 4) {
    const phase = packed[at + 1] as ListedPhase;
    operations.set(packed[at] ?? '', {
      phase,
      why: packed[at + 2] ?? null,
      drifted: packed[at + 3] === 'drifted',
    });
  }
  return operations;
}
