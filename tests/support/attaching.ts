import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, commandsOf } from './command.js';
import { allReleases } from './simulated-github.js';
import type { TemporarySystem } from './temporary-system.js';

interface SeenAsset {
  readonly id: number;
  readonly name: string;
  readonly state: string;
}

/** What is attached in a temporary system, and how. */
export interface Attaching {
  readonly marketops: (...args: readonly string[]) => Promise<Answer>;
  /** Of the release that was published first. */
  assets(): Promise<readonly SeenAsset[]>;
  /** `proof <run> --attach --wait`, asked again while the checkpoint does not cover all of the run: it comes once a second. */
  attachProof(run: string, ...args: readonly string[]): Promise<Answer>;
}

export const codeOf = ({ said }: Answer): string | undefined =>
  ((said['error'] ?? {}) as { readonly code?: string }).code;

export function attachingIn({ system, client }: TemporarySystem): Attaching {
  mkdirSync(join(system.dir, 'releases'), { recursive: true });
  const marketops = commandsOf(system);
  return {
    marketops,
    async assets() {
      const [first] = await allReleases(system.url);
      return (first?.['assets'] ?? []) as SeenAsset[];
    },
    async attachProof(run, ...args) {
      let answer: Answer | undefined;
      await client.until('the run is under a checkpoint', async () => {
        answer = await marketops('proof', run, '--attach', '--wait', ...args);
        return codeOf(answer) !== 'proof_not_ready';
      });
      if (answer === undefined) throw new TypeError('nothing was asked');
      return answer;
    },
  };
}

/** Over plain HTTP, without a token, as anybody. */
export async function download(url: string, id: number | undefined): Promise<Uint8Array> {
  const asset = `${url}/repos/acme/widgets/releases/assets/${id ?? 0}`;
  const answer = await fetch(asset, { headers: { accept: 'application/octet-stream' } });
  if (!answer.ok) throw new TypeError(`${asset} answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
