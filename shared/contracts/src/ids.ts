import { z } from 'zod';
import { limits } from './limits.js';

/** SHA-256 as 64 lower-case hex digits. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits (SHA-256)');
export const GitSha = z.string().regex(/^[0-9a-f]{40}$/, 'must be a full 40-digit commit SHA');
export const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'must be a ULID');
/** `run_` and 26 Crockford base32 characters, derived from principal, tenant and idempotency key. */
export const RunId = z
  .string()
  .regex(/^run_[0-9a-hjkmnp-tv-z]{26}$/, 'must be a run id (run_ and 26 characters)');
export const OperationId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,63}$/,
    'must be 1–64 characters of a–z, 0–9, _ and -, starting with a letter or digit',
  );
export const ReceiptId = z.string().regex(/^rcp_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'must be a receipt id');
export const TenantId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be 1–63 characters of a–z, 0–9, _ and -');
export const PrincipalId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be 1–63 characters of a–z, 0–9, _ and -');
/** A group of approvers. */
export const GroupName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1–63 characters of a–z, 0–9 and - (not first)');
export const KeyId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be a key id: a–z, 0–9, _ and -');
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1–200 visible ASCII characters without spaces');
// Every day of the calendar but 29 February, whose year would have to be looked at.
const plainTime =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** ISO 8601 in UTC with milliseconds and `Z`, as `Date.prototype.toISOString` gives it. */
export const Time = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
    'must be a UTC time such as 2026-01-31T12:00:00.000Z',
  )
  // `Date.parse` takes five times as long as the pattern: it is asked only where that leaves a doubt.
  .refine((text) => plainTime.test(text) || !Number.isNaN(Date.parse(text)), 'must be a time that exists');
/** 32 random bytes that are digested with what is sealed: without it nobody can guess the rest and compare digests. */
export const Salt = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits (32 bytes)');
export const BlobRef = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits');
/** Raw bytes as standard base64 with padding; the signature check compares lengths itself. */
export const Base64 = z
  .string()
  .max(4_096)
  // Length and pattern apart: a pattern that counts groups of four takes twice as long.
  .refine((text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text), 'must be padded base64');

/**
 * `run/<run_id>`, `op/<run_id>/<operation_id>` or `system`. The kind decides who may write which event there.
 */
export const StreamId = z
  .string()
  .regex(
    /^(?:system|run\/run_[0-9a-hjkmnp-tv-z]{26}|op\/run_[0-9a-hjkmnp-tv-z]{26}\/[a-z0-9][a-z0-9_-]{0,63})$/,
    'must be a stream id: system, run/<run_id> or op/<run_id>/<operation_id>',
  );

export type StreamKind = 'run' | 'op' | 'system';

export const systemStream = 'system';
export const runStream = (runId: string): string => `run/${runId}`;
export const operationStream = (runId: string, operationId: string): string => `op/${runId}/${operationId}`;

export function streamKind(stream: string): StreamKind {
  if (stream === systemStream) return 'system';
  return stream.startsWith('run/') ? 'run' : 'op';
}

/** What a stream's partition is computed from: the run id for `run/` and `op/`, so a run's streams share a slot. */
export function partitionKey(stream: string): string {
  if (stream === systemStream) return systemStream;
  const start = stream.indexOf('/') + 1;
  if (start === 0) return stream;
  const end = stream.indexOf('/', start);
  return end < 0 ? stream.slice(start) : stream.slice(start, end);
}

/**
 * The two parts of `owner/name` as GitHub allows them. `.` and `..` would climb out of the API path, `.git` is
 * stripped by GitHub and would name another repository.
 */
export const RepositoryOwner = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?$/, 'must be a GitHub account name');
export const RepositoryName = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be 1–100 characters of A–Z, a–z, 0–9, ., _ and -')
  .refine(
    (name) => name !== '.' && name !== '..' && !name.toLowerCase().endsWith('.git'),
    'is not a repository name',
  );
/** What the two parts allow, in one pattern. */
const repositoryFullName =
  /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}(?<!\.[Gg][Ii][Tt])$/;
export const RepositoryFullName = z
  .string()
  .refine(
    (text) => repositoryFullName.test(text),
    'must be a repository as owner/name, such as acme/widgets',
  );

const reservedRefs = new Set(['HEAD', 'FETCH_HEAD', 'ORIG_HEAD', 'MERGE_HEAD', '@']);
const refProblem = (name: string): string | undefined => {
  if (reservedRefs.has(name)) return 'is reserved by git';
  if (name.length === 40 && /^[0-9a-f]*$/i.test(name)) return 'looks like a commit SHA';
  if (name.startsWith('refs/')) return 'must be a short name, without refs/';
  if (!/^[A-Za-z0-9_][A-Za-z0-9._+/-]*$/.test(name)) {
    return 'may have only A–Z, a–z, 0–9, and . _ + / - (not first)';
  }
  if (/\.\.|\/\/|[./]$|(?:^|\/)\./.test(name)) {
    return 'is not a git ref name (no "..", "//", leading dot or trailing "." or "/")';
  }
  if (/\.lock(?:\/|$)/.test(name)) return 'must not end in .lock';
  return undefined;
};
const refName = (charsMax: number) =>
  z
    .string()
    .min(1)
    .max(charsMax)
    .refine((name) => refProblem(name) === undefined, {
      error: ({ input }) => refProblem(String(input)),
    });

/**
 * A tag or branch name that git (git-check-ref-format), a shell and a URL all read the same way. Stricter than git:
 * what a shell would expand or an option parser would take is refused.
 */
export const TagName = refName(limits.tagNameCharsMax);
export const BranchName = refName(limits.refNameCharsMax);
/** A branch, a tag or a full commit SHA: what a plan may name as target before it is resolved and pinned. */
export const Revision = z.union([GitSha, BranchName]);

// Characters that make a text read differently from what it is: C0 (but tab, newline), DEL, C1, soft hyphen, zero-width,
// bidi controls (the Arabic letter mark among them), line separators, interlinear marks, invisible tag characters, the
// combining grapheme joiner, Hangul fillers and the further variation selectors, which carry whole texts unseen.
const deceptive =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what the rule refuses
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\u{e0100}-\u{e01ef}]|\u034f/u;
const deceptiveRuns = new RegExp(`(?:[\\n\\t]|${deceptive.source})+`, 'gu');

/** Text from outside as one line that reads as what it is: well-formed, and `instead` where characters refused above stood. */
export const plainLine = (text: string, instead: string): string =>
  text.toWellFormed().replaceAll(deceptiveRuns, instead);

const wellFormed = (text: string): boolean => text.isWellFormed();

/** One line a human will read in an approval: no control, zero-width or bidirectional characters. */
export const Title = z
  .string()
  .min(1)
  .max(limits.titleCharsMax)
  .refine(
    (text) => !/[\n\t]/.test(text) && !deceptive.test(text),
    'must be one line without control or invisible characters',
  )
  // GitHub takes it away, and what is there is then not what was authorized.
  .refine((text) => text.trim() === text, 'must have no space at either end')
  .refine(wellFormed, 'must be well-formed Unicode');
/** A sentence of a person's own, such as why a run was cancelled: it reaches events, timelines and terminals. */
export const Remark = z
  .string()
  .min(1, 'must be 1 to 500 characters')
  .max(500, 'must be 1 to 500 characters')
  .refine((text) => !deceptive.test(text), 'must have no control, zero-width or bidirectional characters')
  .refine(wellFormed, 'must be well-formed Unicode');
/**
 * Several lines of Markdown; carriage returns are refused so that what is compared is what was sent, and so is the line by
 * which the publisher finds what it made: a copy of another effect's would be taken for it.
 */
export const Body = z
  .string()
  .max(limits.bodyCharsMax)
  .refine(
    (text) => !deceptive.test(text),
    'must have no control (but tab and newline), zero-width or bidirectional characters',
  )
  .refine((text) => !text.includes('<!-- marketops:'), 'must have no line that begins <!-- marketops:')
  .refine(wellFormed, 'must be well-formed Unicode');
/** The same for a pull request, where GitHub takes less. */
export const PullBody = Body.max(limits.pullBodyCharsMax);
/** A file name GitHub keeps as it is (it renames others silently). */
export const AssetName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/,
    'must be 1–200 characters of A–Z, a–z, 0–9 and . _ + - (not first)',
  )
  .refine(
    (name) => !name.endsWith('.') && !name.includes('..'),
    'must not end in a dot or have two in a row',
  );
export const MediaType = z
  .string()
  .max(100)
  .regex(
    /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/,
    'must be a media type such as application/gzip',
  );
/** A label as GitHub has it: one line; a comma would be two in a list. */
export const LabelName = z
  .string()
  .min(1)
  .max(50)
  .refine(
    (name) => !/[\n\t,]/.test(name) && !deceptive.test(name) && name.trim() === name,
    'must be one line without commas, control or invisible characters, and no space at either end',
  )
  .refine(wellFormed, 'must be well-formed Unicode');
/** A person's account at GitHub; apps end in `[bot]`, and none of those reviews. */
export const Login = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?$/, 'must be a GitHub account name');
/** A team of the repository's organization, by the name in its URL. */
export const TeamSlug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9_-]{0,98}[a-z0-9])?$/, 'must be a team as its URL names it');
/** A path below the principal's artifacts root: relative, with no way up. */
export const RelativePath = z
  .string()
  .min(1)
  .max(1_000)
  .refine(
    (path) => !path.startsWith('/') && !path.includes('\\') && !path.includes('\0'),
    'must be a relative path',
  )
  .refine((path) => !path.split('/').includes('..'), 'must not contain ".."')
  .refine(
    (path) => !/[\n\t]/.test(path) && !deceptive.test(path) && wellFormed(path),
    'must have no control or invisible characters',
  );
