import { z } from 'zod';
import { Id, Line, Link, Name, Text, Time } from './values.js';

export const AssetShape = z
  .object({
    id: Id,
    name: Name,
    label: Text,
    state: z.enum(['uploaded', 'open', 'starter']),
    content_type: z.string().max(1_000),
    size: z.int().min(0),
    digest: Text,
    created_at: Time.nullish(),
  })
  .transform((one) => ({
    id: one.id,
    /** As stored: GitHub renames what it does not like. */
    name: one.name,
    label: one.label,
    /** Only `uploaded` is complete; others are left by uploads that broke off. */
    state: one.state,
    contentType: one.content_type,
    sizeBytes: one.size,
    /** 64 hex digits, reckoned by GitHub; null where it has none (older servers and assets). */
    sha256: /^sha256:([0-9a-f]{64})$/.exec(one.digest ?? '')?.[1] ?? null,
    /** When its upload began; null where GitHub does not say. */
    createdAt: one.created_at ?? null,
  }));
export type Asset = z.output<typeof AssetShape>;

export const ReleaseShape = z
  .object({
    id: Id,
    tag_name: Line,
    target_commitish: Line,
    name: Text,
    body: Text,
    draft: z.boolean(),
    prerelease: z.boolean(),
    html_url: Link,
    created_at: Time,
    published_at: Time.nullable(),
    immutable: z.boolean().nullish(),
  })
  .transform((one) => ({
    id: one.id,
    tagName: one.tag_name,
    targetCommitish: one.target_commitish,
    name: one.name,
    body: one.body,
    draft: one.draft,
    prerelease: one.prerelease,
    /** For people to open; nothing here ever requests it. */
    htmlUrl: one.html_url,
    createdAt: one.created_at,
    publishedAt: one.published_at,
    /** Once published, neither it nor its tag can be changed, and its tag's name is used up. False where unknown. */
    immutable: one.immutable ?? false,
  }));
export type Release = z.output<typeof ReleaseShape>;
