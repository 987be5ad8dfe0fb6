import { deriveRunId } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { PublisherProcess } from '../crash-points/publisher-process.js';
import {
  type CellEnd,
  countAt,
  limitMs,
  type Running,
  repositoriesOf,
  submit,
} from '../crash-points/run-cell.js';
import type { Stage } from '../crash-points/stage.js';
import type { Subject } from '../crash-points/subjects.js';
import { requestFaults } from './request-faults.js';

/** An account with a publisher that works it: one run after the other, each in a repository of its own. */
export interface Lane {
  readonly owner: string;
  readonly publisher: PublisherProcess;
}

let keys = 0;

/**
 * One run from plan to end. `begins` is called when the publisher has everything but has not asked GitHub yet, and
 * returns what is called when it has ended.
 */
async function runIn<Result>(
  stage: Stage,
  { owner, publisher }: Lane,
  subject: Subject,
  begins: (running: Running) => () => Result,
): Promise<{ readonly running: Running; readonly result: Result }> {
  keys += 1;
  const idempotencyKey = `every-request-${keys}`;
  // Known before it is asked for, so that the publisher knows where to wait.
  const runId = deriveRunId(nodeCrypto, { principal: 'local', tenantId: 'acme', idempotencyKey });
  publisher.stopAt({ runId, point: 'look_up.before', nth: 1, how: 'wait' });
  const running = await submit(stage, subject, { owner, name: `w${keys}` }, idempotencyKey);
  await publisher.until('it is about to look', () => publisher.standsAt(runId), limitMs);
  const ends = begins(running);
  publisher.goOn(runId);
  await stage.client.ended([runId], limitMs);
  const done = () => (publisher.handled(runId).includes(null) ? true : undefined);
  await publisher.until('the job has ended', done, limitMs);
  return { running, result: ends() };
}

/** The requests of one run in which all goes well: `GET …/releases`, in order. @throws where it does not */
export async function requestsOf(stage: Stage, lane: Lane, subject: Subject): Promise<readonly string[]> {
  const { running, result } = await runIn(stage, lane, subject, (running) => {
    const plannersOwn = ours(stage, running).length;
    return () => ours(stage, running).slice(plannersOwn);
  });
  const { faults } = await countAt(stage, running);
  if (faults.length > 0) throw new TypeError(`${subject.name}, undisturbed: ${faults.join('; ')}`);
  return result;
}

const ours = ({ github }: Stage, running: Running): string[] => {
  const pattern = new RegExp(repositoriesOf(running));
  return github.requests.entries.flatMap(({ method, path }) =>
    pattern.test(path) ? [`${method} ${path.replace(pattern, '…').replace(/\?.*/, '')}`] : [],
  );
};

/** One run whose nth request has this misfortune. Null where it never came to that many. */
export async function runRequest(
  stage: Stage,
  lane: Lane,
  subject: Subject,
  { nth, fault }: { readonly nth: number; readonly fault: string },
): Promise<CellEnd | null> {
  const misfortune = requestFaults[fault];
  if (misfortune === undefined) throw new TypeError(`there is no fault ${fault}`);
  const { running, result: struck } = await runIn(stage, lane, subject, (the) => {
    const path_pattern = repositoriesOf(the);
    stage.github.faults.arm({ ...misfortune, method: '*', path_pattern, nth });
    return () =>
      stage.github.faults.armed.some((armed) => armed.fault.path_pattern === path_pattern && armed.fired > 0);
  });
  if (!struck) return null;
  // The run may have ended without it: what comes later counts as well.
  if (misfortune.kind === 'late_commit') await settled(stage, running);
  return countAt(stage, running);
}

/** Resolves when GitHub has done the request that waited for its client to go. */
async function settled({ github: { hangs } }: Stage, running: Running): Promise<void> {
  const pattern = new RegExp(repositoriesOf(running));
  const isSettled = ({ state }: { readonly state: string }): boolean => state === 'settled';
  while (!hangs.all.some((hang) => pattern.test(hang.path) && isSettled(hang)))
    await hangs.until('settled', hangs.all.filter(isSettled).length + 1, limitMs);
}
