import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  addCheckpointBytesMax,
  type CryptoPort,
  cosignatureSigner,
  decodeNote,
  formatSignatureLine,
  type NoteSigningKey,
  ProofError,
  signNote,
} from '@marketops/proof';
import { judge, type Presented, present, type Refusal, type WitnessedLogs } from './judge.js';
import type { WitnessStore } from './store.js';

export interface WitnessPorts {
  readonly crypto: CryptoPort;
  readonly key: NoteSigningKey;
  readonly logs: WitnessedLogs;
  readonly store: WitnessStore;
  readonly nowMs: () => number;
  /**
   * Told of what a key of the log signed and what does not follow from what was signed here: another root of the same size,
   * or no proof. It may be proof that a log misbehaves. Who only knows an older size is none.
   */
  readonly onRefused: (presented: Presented, refusal: Refusal) => void;
  readonly onFault: (fault: unknown) => void;
}

/** Who knew the same state at the same moment looks again, that often. */
const attemptsMax = 5;

/** `POST /add-checkpoint`, and nothing else. */
export const witnessHandler =
  (ports: WitnessPorts) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    respond(ports, request, response).catch((fault: unknown) => {
      ports.onFault(fault);
      if (response.headersSent) response.destroy();
      else tell(response, 503, 'The witness cannot sign at the moment.');
    });
  };

async function respond(
  ports: WitnessPorts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url !== '/add-checkpoint') return tell(response, 404, 'There is only add-checkpoint here.');
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return tell(response, 405, 'add-checkpoint is asked with POST.');
  }
  const body = await bodyOf(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return tell(response, 413, `A request has at most ${addCheckpointBytesMax} bytes.`);
  }
  const read = present(body, ports.logs);
  if ('refusal' in read) return tell(response, read.refusal.status, read.refusal.why);
  const answer = await cosign(ports, read.presented);
  if (typeof answer === 'string') {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(answer);
    return;
  }
  if (answer.size === undefined) {
    ports.onRefused(read.presented, answer);
    return tell(response, answer.status, answer.why);
  }
  response.writeHead(answer.status, { 'content-type': 'text/x.tlog.size' }).end(`${answer.size}\n`);
}

/** @returns the signature line: signed when, and only when, the checkpoint is remembered on the disk */
async function cosign(
  { crypto, key, store, nowMs }: WitnessPorts,
  presented: Presented,
): Promise<string | Refusal> {
  const { checkpoint, text } = presented;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const latest = await store.latest(checkpoint.origin);
    const refusal = judge(crypto, presented, latest?.checkpoint);
    if (refusal !== undefined) return refusal;
    const signer = cosignatureSigner(crypto, key, Math.floor(nowMs() / 1_000));
    const isNew = latest?.checkpoint.size !== checkpoint.size;
    const note = signNote(text, [signer]);
    if (!isNew || (await store.advance(checkpoint.origin, latest?.generation ?? 0, note)))
      return formatSignatureLine({ ...signer, signature: signer.sign(text) });
  }
  throw new Error('others moved the log on at every attempt');
}

/** @returns undefined where it is too large; an empty text where it is not UTF-8, which is no request */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length > addCheckpointBytesMax) return undefined;
    parts.push(part as Buffer);
  }
  try {
    return decodeNote(Buffer.concat(parts));
  } catch (fault) {
    if (fault instanceof ProofError) return '';
    throw fault;
  }
}

function tell(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}
