import { type MarketOpsEvent, operationStream, runStream } from '@marketops/contracts';
import type { Hang, SimulatedGitHub } from '@marketops/local';
import { traceFaults } from '../violations.js';
import type { Cell } from './cells.js';
import { type Effects, effectFaults, effectsAt } from './effects.js';
import type { Prelude } from './preludes.js';
import type { PublisherProcess } from './publisher-process.js';
import { type Stage, timing } from './stage.js';
import { forkOwner, type Place, planOf, type Subject } from './subjects.js';
import { writeAt } from './writes.js';

export const limitMs = 90_000;
/** What this machine may need to have a request done, at most. */
const lateMarginMs = 250;

/** One run under way, at a place of its own. */
export interface Running {
  readonly subject: Subject;
  readonly place: Place;
  readonly runId: string;
}

export const repositoriesOf = ({ place }: Pick<Running, 'place'>): string =>
  `^/repos/(?:${place.owner}|${forkOwner(place)})/${place.name}(?![\\w.-])`;

/** Plants the repositories and asks for the plan; nobody serves the account yet. */
export async function submit(
  stage: Stage,
  subject: Subject,
  place: Place,
  idempotencyKey?: string,
): Promise<Running> {
  for (const repository of subject.repositories(place)) stage.github.seed(repository);
  const [runId = ''] = await stage.client.submit([
    {
      ...planOf(subject, place),
      ...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
    },
  ]);
  return { subject, place, runId };
}

export function prepare(stage: Stage, running: Running, prelude: Prelude, first: PublisherProcess): void {
  for (const fault of prelude.faults(repositoriesOf(running))) stage.github.faults.arm(fault);
  if (prelude.linger !== undefined)
    first.stopAt({ runId: running.runId, nth: 1, how: 'linger', ...prelude.linger });
}

const writesAt = ({ github }: Stage, running: Running): number => {
  const pattern = new RegExp(repositoriesOf(running));
  return github.requests.entries.filter(({ method, path }) => method !== 'GET' && pattern.test(path)).length;
};

/** How one cell ended: what is wrong with it, and what GitHub shows. Null where the execution never came to the point. */
export interface CellEnd {
  readonly faults: readonly string[];
  readonly effects: Effects;
}

/**
 * One cell, from a plan of its own to the count of what GitHub shows:
 *
 *     plan ─▶ victim starts ─▶ the point: killed | stopped ─▶ lease runs out ─▶ successor looks, acts ─▶ run completed
 *                                     │                     late: the request is done ┘       └ later: it is done here
 *                                     └── twin stalled: goes on when the run has ended, as far as it can ──▶ count
 */
export async function runCell(stage: Stage, cell: Cell): Promise<CellEnd | null> {
  const [victim, successor] = await Promise.all([stage.victim(), stage.successor()]);
  const running = await submit(stage, cell.subject, { owner: stage.account(), name: 'widgets' });
  try {
    prepare(stage, running, cell.prelude, victim);
    const hang = await interrupt(stage, cell, running, victim);
    if (hang === 'missed') return null;
    await takeOver(stage, cell, running, successor, hang);
    const before = writesAt(stage, running);
    if (cell.twin === 'stalled') await wake(stage.github, cell, running, victim, hang);
    const further = writesAt(stage, running) - before;
    const { faults, effects } = await countAt(stage, running);
    return { faults: further > 0 ? [...faults, `twinIsFenced: it wrote ${further} times`] : faults, effects };
  } finally {
    victim.signal('SIGKILL');
  }
}

/** Brings the victim to the cell's point and ends it there, or stops it. @returns its request, where that is under way */
async function interrupt(
  { github }: Stage,
  { point, nth, moment, twin }: Cell,
  running: Running,
  victim: PublisherProcess,
): Promise<Hang | null | 'missed'> {
  const { runId, place } = running;
  const missed = () => (victim.handled(runId).includes(null) ? ('missed' as const) : undefined);
  if (moment === 'at') {
    victim.stopAt({ runId, point, nth, how: twin === 'none' ? 'kill' : 'stop' });
    victim.serve(place.owner);
    const there = () => (victim.ended ?? victim.standsAt(runId)) && null;
    return victim.until(`it comes to ${point}`, () => missed() ?? there(), limitMs);
  }
  const write = writeAt(point);
  if (write === undefined) throw new TypeError(`no write follows ${point}`);
  const pattern = `${repositoriesOf(running)}${write.path}`;
  const kind = moment === 'committed' ? 'hang_after' : 'hang_before';
  github.faults.arm({ kind, method: write.method, path_pattern: pattern, nth });
  victim.serve(place.owner);
  const hang = await Promise.race([
    heldAt(github, write.method, new RegExp(pattern)),
    victim.until('its request', missed, limitMs),
  ]);
  if (hang !== 'missed') victim.signal(twin === 'none' ? 'SIGKILL' : 'SIGSTOP');
  return hang;
}

async function heldAt({ hangs }: SimulatedGitHub, method: string, path: RegExp): Promise<Hang> {
  for (;;) {
    const hang = hangs.all.find((one) => one.method === method && path.test(one.path));
    if (hang !== undefined) return hang;
    await hangs.until('held', hangs.all.length + 1, limitMs);
  }
}

/** The lease runs out, and another publisher does what is left. */
async function takeOver(
  stage: Stage,
  cell: Cell,
  { runId, place }: Running,
  successor: PublisherProcess,
  hang: Hang | null,
): Promise<void> {
  const { client, github } = stage;
  const { point, moment } = cell;
  if (hang !== null && moment === 'later') {
    successor.stopAt({ runId, point, nth: 1, how: 'wait' });
    successor.serve(place.owner);
    await successor.until(`the successor comes to ${point}`, () => successor.standsAt(runId), limitMs);
    await commit(github, hang);
    successor.goOn(runId);
  } else {
    successor.serve(place.owner);
    if (hang !== null && moment === 'late') {
      await settledAlmost(stage, cell, runId);
      await commit(github, hang);
    }
  }
  await client.ended([runId], limitMs);
  // The job ends after the run: what it did in between would count as well.
  const done = () => (successor.handled(runId).includes(null) ? true : undefined);
  await successor.until('the successor has ended the job', done, limitMs);
}

/** Nearly as late as a request of ours can be done: the next publisher may look a moment from now. */
async function settledAlmost({ client }: Stage, { subject }: Cell, runId: string): Promise<void> {
  const { lease } = await client.operation(runId, String(subject.operation['id']));
  if (lease === undefined) throw new TypeError('a request is under way without a lease');
  const untilMs = Date.parse(lease.until) + 2 * timing.request_timeout_ms - lateMarginMs;
  await new Promise((resolve) => setTimeout(resolve, untilMs - Date.now()));
}

/** Has the request done, and returns when it is. */
async function commit({ hangs }: SimulatedGitHub, hang: Hang): Promise<void> {
  hangs.release('proceed', hang.id);
  const committed = () => hangs.all.filter((one) => one.committed).length;
  while (!hang.committed && hang.state === 'held') await hangs.until('committed', committed() + 1, limitMs);
}

/** The twin goes on, with the answer to its request if it has one, until its handler has ended. */
async function wake(
  github: SimulatedGitHub,
  { point }: Cell,
  { runId }: Running,
  victim: PublisherProcess,
  hang: Hang | null,
): Promise<void> {
  if (hang !== null) github.hangs.release('proceed', hang.id);
  const before = victim.handled(runId).length;
  victim.signal('SIGCONT');
  const ended = () => (victim.handled(runId).length > before || victim.ended !== null ? true : undefined);
  await victim.until(`the twin has ended what it was at: ${point}`, ended, limitMs);
}

/** What the streams say and what GitHub shows. */
export async function countAt(
  { client, github }: Stage,
  { subject, place, runId }: Running,
): Promise<CellEnd> {
  const operation = String(subject.operation['id']);
  const [run, effect] = await client.reader.read([runStream(runId), operationStream(runId, operation)]);
  const [runEvents, operationEvents]: (readonly MarketOpsEvent[])[] = [
    run?.events ?? [],
    effect?.events ?? [],
  ];
  const effects = effectsAt(github, place);
  return {
    faults: [
      ...traceFaults({ runEvents: runEvents ?? [], operationEvents: operationEvents ?? [] }),
      ...effectFaults(effects, subject.expected),
    ],
    effects,
  };
}
