import { inParallel } from '../crash-points/pool.js';
import { openStage, type Stage } from '../crash-points/stage.js';
import { type Subject, subjects } from '../crash-points/subjects.js';
import { grid } from '../grid.js';
import { requestFaults } from './request-faults.js';
import { type Lane, requestsOf, runRequest } from './run-request.js';

interface RequestCell {
  readonly subject: Subject;
  /** Of the subject's requests, from 1. */
  readonly nth: number;
  readonly request: string;
  readonly fault: string;
}

interface Judged {
  readonly cell: RequestCell;
  readonly verdict: 'ok' | 'FAIL';
  readonly faults: readonly string[];
}

export interface RequestMatrix {
  readonly judged: readonly Judged[];
  readonly violations: readonly string[];
  readonly seconds: number;
}

const lanesMax = 16;
/** Reads go out side by side, so the last of them may be answered without one that another order would have had. */
const tries = 3;

/** Every executor × every request that it makes × everything that may become of one. */
export async function everyRequest(say: (line: string) => void): Promise<RequestMatrix> {
  const began = performance.now();
  const stage = await openStage({ ahead: 0 });
  try {
    const free = await Promise.all(Array.from({ length: lanesMax }, () => openLane(stage)));
    /** One at a time: a limit pauses the queue of its account. */
    const inLane = async <Result>(work: (lane: Lane) => Promise<Result>): Promise<Result> => {
      const lane = free.pop();
      if (lane === undefined) throw new RangeError('more work than lanes');
      try {
        return await work(lane);
      } finally {
        free.push(lane);
      }
    };
    const recorded = await inParallel(subjects, lanesMax, async (subject) => ({
      subject,
      requests: await inLane((lane) => requestsOf(stage, lane, subject)),
    }));
    const cells = recorded.flatMap(({ subject, requests }) =>
      requests.flatMap((request, index) =>
        Object.keys(requestFaults).map((fault) => ({ subject, nth: index + 1, request, fault })),
      ),
    );
    say(`${cells.length / Object.keys(requestFaults).length} requests recorded; ${cells.length} cells …`);
    const judged = await inParallel(cells, lanesMax, async (cell) => {
      const one = await inLane((lane) => judge(stage, lane, cell));
      for (const fault of one.faults) say(fault);
      return one;
    });
    const violations = judged.flatMap(({ faults }) => faults);
    return { judged, violations, seconds: (performance.now() - began) / 1_000 };
  } finally {
    await stage.close();
  }
}

async function openLane(stage: Stage): Promise<Lane> {
  const lane = { owner: stage.account(), publisher: await stage.successor() };
  lane.publisher.serve(lane.owner);
  return lane;
}

async function judge(stage: Stage, lane: Lane, cell: RequestCell): Promise<Judged> {
  const { subject, nth, request, fault } = cell;
  const judged = (faults: readonly string[]): Judged => ({
    cell,
    verdict: faults.length === 0 ? 'ok' : 'FAIL',
    faults: faults.map((one) => `${subject.name} × ${nth} ${request} × ${fault}: ${one}`),
  });
  try {
    for (let left = tries; left > 0; left -= 1) {
      const end = await runRequest(stage, lane, subject, { nth, fault });
      if (end !== null) return judged(end.faults);
    }
    return judged(['the execution never made that many requests']);
  } catch (thrown) {
    return judged([String(thrown)]);
  }
}

/** One row per executor and request, one column per misfortune; the summary is the last line. */
export function requestTable({ judged, violations, seconds }: RequestMatrix): string {
  const cells = judged.map(({ cell: { subject, nth, request, fault }, verdict }) => ({
    row: [subject.name, `${nth}`, request],
    column: fault,
    shown: verdict,
  }));
  const summary = `${judged.length} cells in ${seconds.toFixed(0)} s, ${violations.length} violations`;
  const shown = grid(['executor', '', 'request'], Object.keys(requestFaults), cells);
  return [shown, '', ...violations, summary, ''].join('\n');
}

export const requestsAsJson = ({ judged, ...rest }: RequestMatrix): string =>
  JSON.stringify({
    cells: judged.map(({ cell: { subject, ...cell }, ...more }) => ({
      executor: subject.name,
      ...cell,
      ...more,
    })),
    ...rest,
  });
