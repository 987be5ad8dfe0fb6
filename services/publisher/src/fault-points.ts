/**
 * Every place at which an execution may be interrupted and something different is found afterwards, by name, in the order in
 * which an execution passes them. docs/effects.md says for each what a later attempt finds there. Between two of them there
 * is nothing that outlives the process.
 */
export const faultPoints = {
  'start.before_append': 'The gate has passed, a place under the hourly cap is taken, nothing is written.',
  'start.appended': 'The receipt is consumed: operation.started is in the store, not yet acknowledged.',
  'start.acknowledged': 'The ledger has the start. Nothing has been asked of the provider.',
  'resume.before_append': 'A later attempt may go on, and has not said so.',
  'resume.appended': 'operation.resumed is in the store, not yet acknowledged.',
  'resume.acknowledged':
    'The ledger has the resumption. Nothing has been asked of the provider in this attempt.',
  'look_up.before': 'The lease is held; what an earlier attempt left has not been looked for.',
  'renewal.before_append': 'The lease runs short and is about to be renewed.',
  'renewal.appended': 'The renewed lease is in the store, not yet acknowledged.',
  'write.cleared':
    'The kill switch has said yes; the lease is looked at once more, and then the request goes.',
  'release.create.before': 'No release has been asked for.',
  'release.create.after':
    'The release is there, a draft where it has assets, and its number is known here alone.',
  'asset.delete.before':
    'An asset that broke off, or in a draft is another than was authorized, still lies in the release.',
  'asset.delete.after': 'It is gone, and nothing is in its place.',
  'asset.upload.before': 'The release lacks this asset.',
  'asset.upload.after':
    'The asset lies in the release: seen by nobody in a draft, by everybody in a published one.',
  'release.publish.before': 'The draft is complete and compared. Nothing is public.',
  'release.publish.after': 'The release is public, and with it the tag it made.',
  'tag.object.before': 'No tag object has been made.',
  'tag.object.after': 'A tag object lies in the repository. No ref names it, so nobody sees it.',
  'tag.ref.before': 'The tag object is there, the tag is not.',
  'tag.ref.after': 'The tag is public.',
  'pull.create.before': 'No pull request has been asked for.',
  'pull.create.after': 'The pull request is open, without labels and reviewers.',
  'pull.label.before': 'The pull request lacks labels.',
  'pull.label.after': 'It has its labels.',
  'pull.reviewers.before': 'Nobody has been asked for a review.',
  'pull.reviewers.after': 'The reviewers have been asked.',
  'verify.before': 'Everything is written; it has not been read back.',
  'retry.before_append': 'The attempt is over without an outcome, and nothing says so.',
  'retry.appended': 'operation.retried is in the store: the lease is let go in the open.',
  'outcome.before_append': 'The outcome is known here alone.',
  'outcome.appended': 'The outcome is in the store; nobody has been told to look.',
  'outcome.enqueued': 'The planner has its job. The job of the receipt is not ended yet.',
} as const satisfies Readonly<Record<string, string>>;

export type FaultPoint = keyof typeof faultPoints;

/** Which execution is there. */
export interface FaultSubject {
  readonly runId: string;
  readonly operationId: string;
  readonly receiptId: string;
  /** As BullMQ counts them, from 1. */
  readonly attempt: number;
}

/**
 * Told at each point; what it waits for the execution waits for, and what it throws the execution meets there. A test's own
 * entry gives one through `PublisherPorts`; nothing in the product does, and no setting can.
 */
export interface FaultPoints {
  reach(point: FaultPoint, subject: FaultSubject): Promise<void> | void;
}

/** What one execution calls: undefined where there is nothing to wait for. */
export type Reach = (point: FaultPoint) => Promise<void> | void;

/** Nobody is listening. */
export const unwatched: Reach = () => undefined;

export const reachFor = (points: FaultPoints | undefined, subject: FaultSubject): Reach =>
  points === undefined ? unwatched : (point) => points.reach(point, subject);
