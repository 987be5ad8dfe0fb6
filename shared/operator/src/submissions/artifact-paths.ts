import { dirname, relative, resolve, sep } from 'node:path';
import type { ValuePath } from './places.js';

export interface PathFault {
  readonly path: ValuePath;
  readonly message: string;
}

type Rewrite = (path: string, at: ValuePath) => string;

/**
 * In a plan file, paths begin where the file is; in a plan request, at the principal's artifacts root. Rewrites
 * `body_file`, an `asset`'s `path` and that of each of `assets`, and gathers what lies outside. What is not a path (absolute, with a backslash,
 * not a string) is left for the request's schema to refuse.
 */
export function rewriteArtifactPaths(
  value: unknown,
  options: { readonly planFile: string; readonly artifactsRoot: string | undefined },
): { readonly value: unknown; readonly faults: readonly PathFault[] } {
  const faults: PathFault[] = [];
  const root = options.artifactsRoot;
  const rewrite: Rewrite = (path, at) => {
    if (!isRelative(path)) return path;
    if (root === undefined) {
      faults.push({ path: at, message: 'this principal may name no files: it has no artifacts_root' });
      return path;
    }
    const inside = relative(root, resolve(dirname(options.planFile), path));
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`)) {
      faults.push({ path: at, message: `lies outside of ${root}, where this principal's files must be` });
      return path;
    }
    return inside.split(sep).join('/');
  };
  return { value: rewriteIn(value, rewrite), faults };
}

const isRelative = (path: string): boolean => path !== '' && !path.startsWith('/') && !/[\\\0]/.test(path);

function rewriteIn(plan: unknown, rewrite: Rewrite): unknown {
  if (!isRecord(plan) || !Array.isArray(plan['operations'])) return plan;
  const operations = plan['operations'].map((operation: unknown, index) =>
    rewriteOperation(operation, ['operations', index], rewrite),
  );
  return { ...plan, operations };
}

function rewriteOperation(operation: unknown, at: ValuePath, rewrite: Rewrite): unknown {
  if (!isRecord(operation)) return operation;
  const { body_file: bodyFile, asset, assets } = operation;
  return {
    ...operation,
    ...(typeof bodyFile === 'string' ? { body_file: rewrite(bodyFile, [...at, 'body_file']) } : {}),
    ...(isRecord(asset) ? { asset: rewriteAsset(asset, [...at, 'asset'], rewrite) } : {}),
    ...(Array.isArray(assets)
      ? {
          assets: assets.map((asset: unknown, index) =>
            rewriteAsset(asset, [...at, 'assets', index], rewrite),
          ),
        }
      : {}),
  };
}

function rewriteAsset(asset: unknown, at: ValuePath, rewrite: Rewrite): unknown {
  if (!isRecord(asset) || typeof asset['path'] !== 'string') return asset;
  return { ...asset, path: rewrite(asset['path'], [...at, 'path']) };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
