import { JournalMaker } from './journal-maker.js';
import { createKeys } from './keys.js';
import { operation } from './story.js';

/** One operation from its plan to its outcome, by two writers: every kind of line in both files. */
export function smallJournal(): JournalMaker {
  const maker = new JournalMaker(createKeys());
  const the = operation(maker, 1);
  maker.say('planner', the.stream, [the.planned()]);
  maker.say('federation', the.stream, [the.authorized(), the.issued()]);
  maker.commit();
  maker.newFile();
  maker.say('publisher', the.stream, [the.started()]);
  maker.commit();
  maker.say('publisher', the.stream, [the.ended()]);
  maker.commit();
  return maker;
}
