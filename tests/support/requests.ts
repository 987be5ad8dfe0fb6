/** One release as a plan asks for it, named by its tag. */
export const release = (tag: string) => ({
  id: 'release',
  kind: 'publish_release',
  tag_name: tag,
  release_name: tag,
  target: 'main',
});
