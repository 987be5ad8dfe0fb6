import { RunId, runStream, StreamId } from '@marketops/contracts';

/** Which entries are shown. It stands in the URL; what does not fit is dropped. */
export interface EntryFilters {
  readonly type?: string;
  readonly stream?: string;
  /** Entries up to this one, newest first; absent: from the newest. */
  readonly upTo?: number;
}

/** `receipt.issued` */
const typeForm = /^[a-z]+(?:\.[a-z_]+)?$/;

export function parseEntryFilters(search: Readonly<Record<string, string>>): EntryFilters {
  const { type = '', stream = '', entry = '' } = search;
  const upTo = /^\d{1,15}$/.test(entry) ? Number(entry) : 0;
  return {
    ...(typeForm.test(type) && type.length <= 64 ? { type } : {}),
    ...(StreamId.safeParse(stream).success ? { stream } : {}),
    ...(upTo > 0 ? { upTo } : {}),
  };
}

/** A run’s id alone stands for its stream: it is what people have at hand. */
export const streamOf = (text: string): string => {
  const given = text.trim();
  return RunId.safeParse(given).success ? runStream(given) : given;
};

/** As the URL has them; an empty text takes one away. */
export const entrySearch = (
  view: string,
  { type = '', stream = '', upTo }: EntryFilters,
): Record<string, string> => ({
  ...{ view, type, stream },
  entry: upTo === undefined ? '' : String(upTo),
});
