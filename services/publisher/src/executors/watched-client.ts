import type { GitHubClient, GitHubWrites } from '@marketops/github';
import { type FaultPoint, type Reach, unwatched } from '../fault-points.js';

/** Where each write stands among the fault points: by its type, so that a write without points does not compile. */
type Place = { [Point in FaultPoint]: Point extends `${infer Name}.before` ? Name : never }[FaultPoint];
type WritePlace = { [Name in Place]: `${Name}.after` extends FaultPoint ? Name : never }[Place];

const places: Readonly<Record<keyof GitHubWrites, WritePlace>> = {
  createRelease: 'release.create',
  updateRelease: 'release.publish',
  uploadAsset: 'asset.upload',
  deleteAsset: 'asset.delete',
  createTagObject: 'tag.object',
  createRef: 'tag.ref',
  createPull: 'pull.create',
  addLabels: 'pull.label',
  requestReviewers: 'pull.reviewers',
};

/** A client whose every write passes its two fault points; the client itself where nobody is watching. */
export function watchedClient(github: GitHubClient, reach: Reach): GitHubClient {
  if (reach === unwatched) return github;
  const passing =
    <Given extends readonly unknown[], Answer>(
      place: WritePlace,
      write: (...given: Given) => Promise<Answer>,
    ): ((...given: Given) => Promise<Answer>) =>
    async (...given) => {
      await reach(`${place}.before`);
      const answer = await write(...given);
      await reach(`${place}.after`);
      return answer;
    };
  const { createRelease, updateRelease, uploadAsset, deleteAsset } = github;
  const { createTagObject, createRef, createPull, addLabels, requestReviewers } = github;
  return {
    ...github,
    createRelease: passing(places.createRelease, createRelease),
    updateRelease: passing(places.updateRelease, updateRelease),
    uploadAsset: passing(places.uploadAsset, uploadAsset),
    deleteAsset: passing(places.deleteAsset, deleteAsset),
    createTagObject: passing(places.createTagObject, createTagObject),
    createRef: passing(places.createRef, createRef),
    createPull: passing(places.createPull, createPull),
    addLabels: passing(places.addLabels, addLabels),
    requestReviewers: passing(places.requestReviewers, requestReviewers),
  };
}
