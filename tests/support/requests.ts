import { partitionOf, partitionTag } from '@marketops/store';

/** One release as a plan asks for it, named by its tag. */
export const release = (tag: string) => ({
  id: 'release',
  kind: 'publish_release',
  tag_name: tag,
  release_name: tag,
  target: 'main',
});

/** Where a stream lies in Redis, for whoever writes there without asking. */
export const streamKey = (stream: string): string => `mo:${partitionTag(partitionOf(stream))}:s:${stream}`;
