import { nodeCrypto } from '@marketops/proof/node';
import { webCrypto } from '@marketops/proof/web';
import { describe, expect, test } from 'vitest';
import { bytesOfBlob } from './bytes.js';
import { type JournalFile, journalFilesAmong } from './journal/file.js';
import { verifyJournalFiles } from './journal/verify.js';
import { JournalMaker } from './testing/journal-maker.js';
import { keyringOf } from './testing/keys.js';
import { operation, wholeRun } from './testing/story.js';

/** As a page has them whose user chose files. */
const chosen = (texts: readonly { readonly name: string; readonly text: string }[]): JournalFile[] =>
  journalFilesAmong(
    texts.map(({ name, text }) => {
      const blob = new Blob([text]);
      return { ...bytesOfBlob(name, blob), bytes: blob.size };
    }),
  );

describe('under the port for browsers', () => {
  const maker = new JournalMaker();
  const keyring = keyringOf(maker.keys);
  for (let run = 1; run <= 5; run += 1) wholeRun(maker, run);
  maker.commit();
  maker.newFile();
  const the = operation(maker, 6);
  maker.say('planner', the.stream, [the.planned()]);
  maker.say('publisher', the.stream, [the.started()]);
  maker.commit();
  const files = chosen(maker.texts());
  const reports = (some: readonly JournalFile[]) =>
    Promise.all(
      [nodeCrypto, webCrypto].map(async (crypto) => {
        const { elapsedMs: _, ...report } = await verifyJournalFiles({ files: some, keyring, crypto });
        return report;
      }),
    );

  test('a journal gets the same report, violations and all, to the letter', async () => {
    const [node, web] = await reports(files);
    expect(web).toEqual(node);
    expect(web).toMatchObject({ entries: 42, fault: { code: 'effect_without_receipt', sequence: 42 } });
  });

  test('so does one that was changed, anywhere', async () => {
    for (let at = 0; at < 40; at += 1) {
      const changed = maker.texts().map(({ name, text }, index) => {
        const place = Math.floor((text.length * at) / 40);
        const other = text[place] === 'a' ? 'b' : 'a';
        return { name, text: index === 0 ? text.slice(0, place) + other + text.slice(place + 1) : text };
      });
      const [node, web] = await reports(chosen(changed));
      expect(web).toEqual(node);
      expect(web?.ok).toBe(false);
    }
  });
});
