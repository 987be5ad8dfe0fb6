import { expect, test } from 'vitest';
import type { JournalErrorCode } from './journal/errors.js';
import type { JournalReport } from './journal/report.js';
import { verifyJournalFiles } from './journal/verify.js';
import { filesOf } from './testing/journal-maker.js';
import { keyringOf } from './testing/keys.js';
import { rememberingCrypto } from './testing/remembering-crypto.js';
import { smallJournal } from './testing/small-journal.js';

const maker = smallJournal();
const keyring = keyringOf(maker.keys);
const texts = maker.texts().map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) }));

const crypto = rememberingCrypto();

const verify = (name: string, changed: Uint8Array): Promise<JournalReport> =>
  verifyJournalFiles({
    files: filesOf(
      texts.map((file) => ({ name: file.name, text: file.name === name ? changed : file.bytes })),
    ),
    keyring,
    crypto,
    // The signatures of receipts are tested elsewhere; here they stand behind a digest, as every byte of an entry does.
    verifySignature: () => true,
  });

type Mutation = (bytes: Uint8Array, at: number) => Uint8Array;
const flipped =
  (mask: number): Mutation =>
  (bytes, at) => {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ mask;
    return changed;
  };
const spliced = (bytes: Uint8Array, at: number, removed: number, added: readonly number[]): Uint8Array =>
  Buffer.concat([bytes.subarray(0, at), Uint8Array.from(added), bytes.subarray(at + removed)]);
const mutations: Readonly<Record<string, Mutation>> = {
  'lowest bit': flipped(0x01),
  'case bit': flipped(0x20),
  removed: (bytes, at) => spliced(bytes, at, 1, []),
  'a newline before': (bytes, at) => spliced(bytes, at, 0, [10]),
};

/** What a change in a line of this kind may be called. A line whose letter became another's is judged as that one. */
const verdictsOf: Readonly<Record<string, ReadonlySet<JournalErrorCode>>> = {
  H: new Set(['header_invalid', 'line_malformed']),
  S: new Set(['statement_mismatch', 'statement_invalid', 'line_malformed']),
  E: new Set(['entry_changed', 'statement_mismatch', 'line_malformed']),
  C: new Set(['commit_invalid', 'line_malformed']),
};

/** Where each line begins, its letter, and which it is. */
function linesOf(bytes: Uint8Array): { readonly kind: string; readonly number: number }[] {
  let number = 1;
  let kind = '';
  return [...bytes].map((byte, at) => {
    if (at === 0 || bytes[at - 1] === 10) kind = String.fromCharCode(byte);
    const of = { kind, number };
    if (byte === 10) number += 1;
    return of;
  });
}

test('L1: every byte of a journal, changed in four ways, is caught, and called what it is, at its line', async () => {
  const missed: string[] = [];
  let verified = 0;
  const startedMs = performance.now();
  for (const { name, bytes } of texts) {
    const isNewest = name === texts.at(-1)?.name;
    for (const [at, { kind, number }] of linesOf(bytes).entries()) {
      for (const [how, mutate] of Object.entries(mutations)) {
        const { ok, fault, notes } = await verify(name, mutate(bytes, at));
        verified += 1;
        // At the very end: of the newest file, what a writer that dies leaves behind; of an older one, what is continued by
        // nobody. No fault, and told.
        const isEnd = at === bytes.length - 1 && ok;
        const torn = isEnd && notes[0]?.code === (isNewest ? 'torn_tail' : 'ignored_entries');
        // A newline that fell joins two lines, and one more splits or empties a line.
        const called = [kind, ...(bytes[at] === 10 ? Object.keys(verdictsOf) : [])].some(
          (letter) => fault !== undefined && verdictsOf[letter]?.has(fault.code),
        );
        const lines = [number, number + 1, number - 1];
        const placed = fault?.file === name && lines.includes(fault.line ?? -1);
        if (!torn && !(called && placed))
          missed.push(
            `${name} byte ${at}, line ${number} (${kind}), ${how}: ${JSON.stringify(fault ?? notes)}`,
          );
      }
    }
  }
  const elapsedMs = performance.now() - startedMs;
  expect(missed.slice(0, 10)).toEqual([]);
  expect(verified).toBe(4 * texts.reduce((sum, { bytes }) => sum + bytes.length, 0));
  // Bounded by what one verification of this journal takes, never by what the change is: no change makes one slow.
  expect(elapsedMs / verified).toBeLessThan(20);
}, 300_000);

test('L1: any line removed, doubled, or exchanged with the one after it is caught', async () => {
  const missed: string[] = [];
  for (const { name, bytes } of texts) {
    const lines = new TextDecoder().decode(bytes).split('\n').slice(0, -1);
    for (const at of lines.keys()) {
      const edited = {
        removed: lines.toSpliced(at, 1),
        doubled: lines.toSpliced(at, 0, lines[at] ?? ''),
        exchanged: lines.toSpliced(at, 2, lines[at + 1] ?? 'X', lines[at] ?? ''),
      };
      for (const [how, changed] of Object.entries(edited)) {
        const report = await verify(name, new TextEncoder().encode(`${changed.join('\n')}\n`));
        // Told, and no fault: a last batch without its commit was never acknowledged, and what stands behind the end of
        // an older file is continued by nobody.
        const torn = report.notes.some(({ code }) => code === 'torn_tail' || code === 'ignored_entries');
        if (report.ok && !torn) missed.push(`${name} line ${at + 1} ${how}`);
      }
    }
  }
  expect(missed).toEqual([]);
});
