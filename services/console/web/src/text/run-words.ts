import type { ListedStatus, Mode, OperationKind, RunFlag } from '@marketops/client';
import type { Tone } from '../components/badge.js';

/** What the system's words are called on a screen, and in which colour. */
interface Word {
  readonly text: string;
  readonly tone: Tone;
  /** What it means, for whoever hovers. */
  readonly means: string;
}

const statusWords: Readonly<Record<ListedStatus, Word>> = {
  requested: { text: 'requested', tone: 'blue', means: 'The planner has not answered yet.' },
  planned: { text: 'planned', tone: 'blue', means: 'Federation has not answered yet.' },
  awaiting_approval: {
    text: 'waits for people',
    tone: 'blue',
    means: 'A policy wants approvals or evidence.',
  },
  authorized: {
    text: 'authorized',
    tone: 'green',
    means: 'It has a receipt; the publisher has not started.',
  },
  executing: { text: 'executing', tone: 'blue', means: 'An effect is under way.' },
  rejected: { text: 'rejected', tone: 'red', means: 'The request could not be planned.' },
  completed: { text: 'completed', tone: 'green', means: 'Every operation succeeded.' },
  partial: { text: 'partial', tone: 'red', means: 'Some operations succeeded, others did not.' },
  failed: { text: 'failed', tone: 'red', means: 'No operation succeeded.' },
  blocked: { text: 'blocked', tone: 'gold', means: 'Nothing was done: a dry run, or no authority.' },
  cancelled: { text: 'cancelled', tone: 'neutral', means: 'Somebody called it off before it started.' },
};

const flagWords: Readonly<Record<RunFlag, Word>> = {
  held: { text: 'held', tone: 'blue', means: 'It waits at the gate, and loses nothing by it.' },
  stalled: { text: 'stalled', tone: 'red', means: 'Nothing was heard of it for too long.' },
  uncertain: {
    text: 'uncertain',
    tone: 'red',
    means: 'Nobody knows whether an effect happened: reconcile it.',
  },
  cancel_requested: { text: 'cancelling', tone: 'neutral', means: 'Somebody asked to cancel it.' },
  redriven: { text: 'redriven', tone: 'neutral', means: 'It ended once and was opened again by an order.' },
  drifted: { text: 'drifted', tone: 'red', means: 'What was made has been changed by somebody since.' },
  sealed: { text: 'sealed', tone: 'neutral', means: 'Its contents are encrypted beside the ledger.' },
  erased: { text: 'erased', tone: 'neutral', means: 'Its contents were destroyed by order.' },
  claimed: {
    text: 'alert',
    tone: 'red',
    means: 'A job that claimed to be of this run was refused at the gate.',
  },
};

const kindWords: Readonly<Record<OperationKind, string>> = {
  publish_release: 'release',
  tag_repo: 'tag',
  open_pr: 'pull request',
  attach_release_asset: 'asset',
};

const unknown = (text: string): Word => ({
  text,
  tone: 'neutral',
  means: 'This console does not know the word.',
});

/** A console older than its API shows a word it does not know as it is. */
export const statusWord = (status: ListedStatus): Word => statusWords[status] ?? unknown(status);
export const flagWord = (flag: RunFlag): Word => flagWords[flag] ?? unknown(flag);
export const kindWord = (kind: OperationKind): string => kindWords[kind] ?? kind;

export const modeWord = (mode: Mode): Word =>
  mode === 'prod'
    ? { text: 'prod', tone: 'neutral', means: 'It ships what is authorized.' }
    : { text: 'dry run', tone: 'gold', means: 'It can have no effect: everything is blocked.' };

/** A code of the API in words: `awaiting_approval` is “awaiting approval”. */
export const codeWords = (code: string): string => code.replaceAll('_', ' ');
