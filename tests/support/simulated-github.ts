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

async function ask<Answer>(url: string): Promise<Answer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new TypeError(`${url} answered ${answer.status}`);
  return (await answer.json()) as Answer;
}
