import { reasonOf } from '@marketops/operator/words';
import { CliError } from '../errors.js';

/** What the simulated GitHub was asked, as its own log has it. */
export interface RequestCounts {
  readonly reads: number;
  readonly writes: number;
  readonly perEndpoint: Readonly<Record<string, number>>;
}

export interface ReleaseView {
  readonly url: string;
  readonly name: string;
  readonly tagName: string;
  readonly body: string;
  readonly draft: boolean;
  readonly assets: readonly { readonly name: string; readonly size: number; readonly digest: string }[];
}

export interface PullView {
  readonly number: number;
  readonly title: string;
  readonly head: string;
  readonly base: string;
}

/** Asks the simulated GitHub over HTTP, as anybody could: what is shown is what the API returns. */
export function githubView(apiUrl: string, signal: AbortSignal) {
  const get = async (path: string): Promise<unknown> => {
    try {
      const answer = await fetch(`${apiUrl}${path}`, { signal, redirect: 'error' });
      if (answer.status === 404) return undefined;
      if (answer.ok) return await answer.json();
      throw new Error(`it answers ${answer.status}`);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw new CliError('github_unreachable', `GET ${apiUrl}${path}: ${reasonOf(cause)}`, {
        next: 'Read .marketops/logs/github.log in the demo’s folder.',
        cause,
      });
    }
  };
  return {
    async requests(): Promise<RequestCounts> {
      const log = fields(await get('/_sim/requests'));
      return {
        reads: Number(log['reads']),
        writes: Number(log['writes']),
        perEndpoint: fields(log['per_endpoint']) as Record<string, number>,
      };
    },
    /** Undefined where there is none of this tag. */
    async release(repository: string, tag: string): Promise<ReleaseView | undefined> {
      const url = `/repos/${repository}/releases/tags/${tag}`;
      const found = await get(url);
      return found === undefined ? undefined : { url: `${apiUrl}${url}`, ...releaseView(fields(found)) };
    },
    async releaseCount(repository: string): Promise<number> {
      return list(await get(`/repos/${repository}/releases`)).length;
    },
    /** The commit that a tag finally points to. */
    async tagCommit(repository: string, tag: string): Promise<string | undefined> {
      const ref = await get(`/repos/${repository}/git/ref/tags/${tag}`);
      const object = fields(fields(ref)['object']);
      if (object['type'] !== 'tag') return textOf(object['sha']);
      const tagObject = fields(await get(`/repos/${repository}/git/tags/${textOf(object['sha'])}`));
      return textOf(fields(tagObject['object'])['sha']);
    },
    async pulls(repository: string): Promise<PullView[]> {
      return list(await get(`/repos/${repository}/pulls`)).map((pull) => ({
        number: Number(fields(pull)['number']),
        title: textOf(fields(pull)['title']),
        head: textOf(fields(fields(pull)['head'])['ref']),
        base: textOf(fields(fields(pull)['base'])['ref']),
      }));
    },
  };
}

function releaseView(release: Readonly<Record<string, unknown>>): Omit<ReleaseView, 'url'> {
  return {
    name: textOf(release['name']),
    tagName: textOf(release['tag_name']),
    body: textOf(release['body']),
    draft: release['draft'] === true,
    assets: list(release['assets']).map((asset) => ({
      name: textOf(fields(asset)['name']),
      size: Number(fields(asset)['size']),
      digest: textOf(fields(asset)['digest']).replace(/^sha256:/, ''),
    })),
  };
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
