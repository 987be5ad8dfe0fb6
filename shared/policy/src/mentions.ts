import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { OperationKind } from '@marketops/contracts';
import { kindsOf } from './rule.js';

/**
 * What policies speak of, by the names of attributes. Handing a value over costs more than evaluating it, so a
 * decision hands over these alone; one that were missing would be an error of evaluation, which denies.
 */
export interface Mentions {
  /** `all` where a policy takes the context as a whole. */
  readonly context: ReadonlySet<string> | 'all';
  readonly resource: ReadonlySet<string>;
}

/** By kind of operation: of the policies that can speak of it. */
export type MentionsByKind = Readonly<Record<OperationKind, Mentions>>;

export function mentionsByKind(policies: readonly PolicyJson[]): MentionsByKind {
  const of = (kind: OperationKind) =>
    mentionsOf(policies.filter(({ action }) => kindsOf(action).includes(kind)));
  return {
    publish_release: of('publish_release'),
    tag_repo: of('tag_repo'),
    open_pr: of('open_pr'),
    attach_release_asset: of('attach_release_asset'),
  };
}

export function mentionsOf(policies: readonly PolicyJson[]): Mentions {
  const found = { context: new Set<string>(), resource: new Set<string>(), whole: false };
  for (const { conditions } of policies) collect(conditions, found);
  return { context: found.whole ? 'all' : found.context, resource: found.resource };
}

interface Found {
  readonly context: Set<string>;
  readonly resource: Set<string>;
  whole: boolean;
}

function collect(node: unknown, found: Found): void {
  if (typeof node !== 'object' || node === null) return;
  const access = accessOf(node);
  if (access !== undefined) {
    found[access.of].add(access.name);
    return;
  }
  if ('Var' in node && node.Var === 'context') found.whole = true;
  for (const child of Object.values(node)) collect(child, found);
}

/** `context.x` and `context has x`, and the same of the resource. */
function accessOf(node: object): { readonly of: 'context' | 'resource'; readonly name: string } | undefined {
  const { '.': dot, has } = node as Record<string, { left?: { Var?: string }; attr?: string | string[] }>;
  const { left, attr } = dot ?? has ?? {};
  const name = Array.isArray(attr) ? attr[0] : attr;
  if ((left?.Var !== 'context' && left?.Var !== 'resource') || name === undefined) return undefined;
  return { of: left.Var, name };
}
