import { Problem } from './problem.js';
import type { Route } from './routes.js';

interface Segment {
  readonly literal: string | null;
  readonly name: string;
  /** Takes the rest of the path. */
  readonly greedy: boolean;
}

interface CompiledRoute {
  readonly route: Route;
  readonly segments: readonly Segment[];
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export type Router = (method: string, path: string) => Match | undefined;

function compile(route: Route): CompiledRoute {
  const segments = route.template
    .slice(1)
    .split('/')
    .map((text) => {
      const parameter = /^\{([a-z_]+)(\*?)\}$/.exec(text);
      return parameter === null
        ? { literal: text, name: '', greedy: false }
        : { literal: null, name: parameter[1] ?? '', greedy: parameter[2] === '*' };
    });
  return { route, segments };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Problem(400, 'Bad Request');
  }
}

function fit(compiled: CompiledRoute, parts: readonly string[]): Match | undefined {
  const { segments, route } = compiled;
  const greedy = segments.at(-1)?.greedy === true;
  if (greedy ? parts.length < segments.length : parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    if (segment.literal === null) {
      params[segment.name] = decode(segment.greedy ? parts.slice(index).join('/') : part);
    } else if (segment.literal !== part) {
      return undefined;
    }
  }
  return { route, params };
}

/** The word that tells routes apart: the one after `/repos/{owner}/{repo}`, else the first. */
const bucketOf = (method: string, parts: readonly string[]): string =>
  `${method} ${parts[3] ?? parts[0] ?? ''}`;

/** A router that looks at a handful of routes per request, not at all of them. */
export function createRouter(routes: readonly Route[]): Router {
  const buckets = new Map<string, CompiledRoute[]>();
  for (const route of routes) {
    const key = bucketOf(route.method, route.template.slice(1).split('/'));
    buckets.set(key, [...(buckets.get(key) ?? []), compile(route)]);
  }
  return (method, path) => {
    const parts = path.slice(1).split('/');
    for (const compiled of buckets.get(bucketOf(method, parts)) ?? []) {
      const match = fit(compiled, parts);
      if (match !== undefined) return match;
    }
    return undefined;
  };
}
