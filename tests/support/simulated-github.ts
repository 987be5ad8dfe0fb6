/** What the simulated GitHub says of itself below `/_sim/`. */
export interface SimulatedState {
  readonly repositories: readonly {
    readonly owner: string;
    readonly name: string;
    readonly releases: readonly SimulatedRelease[];
    readonly [key: string]: unknown;
  }[];
}
export interface SimulatedRelease {
  readonly tag_name: string;
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
  readonly [key: string]: unknown;
}

export const simulatedState = async (url: string): Promise<SimulatedState> => ask(`${url}/_sim/state`);
export const simulatedRequests = async (
  url: string,
): Promise<{ readonly reads: number; readonly writes: number }> => ask(`${url}/_sim/requests`);

export async function allReleases(url: string): Promise<SimulatedRelease[]> {
  return (await simulatedState(url)).repositories.flatMap(({ releases }) => releases);
}

/** Makes a request go wrong, in the words of `POST /_sim/faults`; without a count, the first that fits. */
export async function armFault(url: string, fault: Readonly<Record<string, unknown>>): Promise<void> {
  const answer = await fetch(`${url}/_sim/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults: [fault] }),
  });
  if (!answer.ok) throw new TypeError(`the simulated GitHub refused the fault: ${await answer.text()}`);
}

async function ask<Answer>(url: string): Promise<Answer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new TypeError(`${url} answered ${answer.status}`);
  return (await answer.json()) as Answer;
}
