/**
 * Where a stream stood when something was decided on it. An append names both: a Redis that lost data and got it back may hold
 * another event at the same seq, and what was decided on the one is not to follow the other (law E1).
 */
export interface Standing {
  /** 0: the stream had no event yet. */
  readonly afterSeq: number;
  /** The id of the event at that seq; absent where the decision rests on no event of the stream. */
  readonly afterId?: string | undefined;
}

/** The end of a folded stream, to append after. */
export const standingOf = ({
  lastSeq,
  lastId,
}: {
  readonly lastSeq: number;
  readonly lastId?: string | undefined;
}): Standing => ({ afterSeq: lastSeq, afterId: lastId });
