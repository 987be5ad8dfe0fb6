import type { MintSigner } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { z } from 'zod';
import type { ExternalKeyFile } from '../config/keys.js';
import type { Logger } from '../log.js';
import { SignerError } from './errors.js';
import { type SignerProcess, startSigner } from './external-signer-process.js';

/** A signer in a process of its own, as a KMS or HSM adapter is. */
export interface ExternalSigner extends MintSigner {
  /** @throws SignerError, after `timeout_ms` of its file at the latest */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /** Ends the process, by force where it does not end by itself; what waits is refused. */
  close(): Promise<void>;
}

const Answer = z.union([
  z.strictObject({ id: z.int().positive(), signature: z.string().length(88) }),
  z.strictObject({ id: z.int().positive(), error: z.string().max(1_000) }),
]);

interface Waiting {
  readonly bytes: Uint8Array;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (fault: SignerError) => void;
  readonly timer: NodeJS.Timeout;
  /** How many answers had come when it was asked. */
  readonly after: number;
}

const payloadBytesMax = 65_536;
const waitingMax = 256;
const restartAfterMs = 1_000;
const closeWaitMs = 2_000;

/**
 * Signs by a program that stays running and speaks JSON lines: it is sent `{"id":1,"key_id":"…","payload":"<base64>"}` on
 * standard input and answers `{"id":1,"signature":"<base64 of 64 bytes>"}` or `{"id":1,"error":"…"}` on standard output, in any
 * order. It is started at the first signature, and again when it has ended. No answer is used before it has been verified
 * against the public key that the keyring lists: a program that lies, or signs with another key, yields nothing.
 *
 *   absent ──sign──▶ running ──exit, an answer that is none, no answer at all──▶ absent (waits a second before the next start)
 *
 * A program that has answered nothing for as long as one signature may take hangs: it is killed, and whatever waits is
 * refused. One that answers others and not this one goes on.
 */
export function openExternalSigner(options: {
  readonly file: ExternalKeyFile;
  /** The raw 32 bytes in base64, as the keyring lists them. */
  readonly publicKey: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}): ExternalSigner {
  const { file, publicKey, env, log } = options;
  const { key_id: keyId, timeout_ms: timeoutMs } = file;
  const verifyingKey = nodeCrypto.importPublicKey(publicKey);
  const waiting = new Map<number, Waiting>();
  let child: SignerProcess | undefined;
  const ending = new Set<Promise<void>>();
  let answers = 0;
  let lastId = 0;
  let notBeforeMs = 0;
  let closed = false;

  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    if (found !== undefined) clearTimeout(found.timer);
    return found;
  };
  const answer = (line: string): void => {
    const parsed = Answer.safeParse(jsonOf(line));
    if (!parsed.success) {
      end('it answered something that is no answer', 'at once');
      return;
    }
    answers += 1;
    // Undefined where it is too late: whoever asked has been told that it timed out.
    const asked = settle(parsed.data.id);
    const given = asked === undefined ? undefined : signatureIn(parsed.data, asked.bytes);
    if (given instanceof SignerError) {
      log.error({ fault: given }, given.message);
      asked?.reject(given);
    } else if (given !== undefined) asked?.resolve(given);
  };
  const signatureIn = (said: z.infer<typeof Answer>, bytes: Uint8Array): Uint8Array | SignerError => {
    if ('error' in said) {
      const what = `the signer of ${keyId} refused: ${JSON.stringify(said.error)}`;
      return new SignerError('signer_refused', what, { next: 'See the signer’s own log.' });
    }
    const signature = Buffer.from(said.signature, 'base64');
    if (nodeCrypto.verify(verifyingKey, bytes, signature)) return signature;
    return new SignerError('signer_untrusted', `the signer of ${keyId} gave a signature that does not hold`, {
      next: 'Compare the key it signs with with the one that the keyring lists; nothing of it was used.',
    });
  };
  const end = (why: string, how: Parameters<SignerProcess['kill']>[0]): void => {
    const ended = child;
    child = undefined;
    notBeforeMs = Date.now() + restartAfterMs;
    if (ended !== undefined) {
      const gone = ended.gone.finally(() => ending.delete(gone));
      ending.add(gone);
      ended.kill(how);
    }
    if (!closed) log.warn({ key_id: keyId, pid: ended?.pid, why }, 'the external signer has ended');
    for (const id of [...waiting.keys()]) settle(id)?.reject(unavailable(keyId, why));
  };
  const start = (): SignerProcess => {
    const started: SignerProcess = startSigner(file.command, environmentOf(file, env), {
      answered: answer,
      said: (line) => log.warn({ key_id: keyId, said: line.slice(0, 500) }, 'the external signer says'),
      dropped: (bytes) => log.warn({ key_id: keyId, bytes }, 'the external signer says more than is told'),
      failed: end,
    });
    return started;
  };
  const timedOut = (id: number): void => {
    const late = settle(id);
    if (late === undefined) return;
    const what = `the signer of ${keyId} did not answer in ${timeoutMs} ms`;
    const next = 'See whether it reaches its KMS or HSM; what waits is signed when it does.';
    late.reject(new SignerError('signer_timeout', what, { next }));
    if (late.after === answers) end(`it has answered nothing for ${timeoutMs} ms`, 'asking first');
  };

  return {
    keyId,
    sign: (bytes) =>
      new Promise((resolve, reject) => {
        const refusal = refusalOf(keyId, bytes, waiting.size, closed, notBeforeMs);
        if (refusal !== undefined) return reject(refusal);
        child ??= start();
        const id = ++lastId;
        const timer = setTimeout(() => timedOut(id), timeoutMs);
        waiting.set(id, { bytes, resolve, reject, timer, after: answers });
        const payload = Buffer.from(bytes).toString('base64');
        child.say(JSON.stringify({ id, key_id: keyId, payload }));
      }),
    async close() {
      closed = true;
      const last = child;
      last?.finish();
      const timer = setTimeout(() => last?.kill('asking first'), closeWaitMs);
      await Promise.all([last?.gone, ...ending]);
      clearTimeout(timer);
      // Killed, it has said nothing of those who wait.
      for (const id of [...waiting.keys()])
        settle(id)?.reject(unavailable(keyId, 'this process is stopping'));
    },
  };
}

function refusalOf(
  keyId: string,
  bytes: Uint8Array,
  waiting: number,
  closed: boolean,
  notBeforeMs: number,
): SignerError | undefined {
  if (closed) return unavailable(keyId, 'this process is stopping');
  if (bytes.length > payloadBytesMax) return unavailable(keyId, `${bytes.length} bytes are too many`);
  if (waiting >= waitingMax) return unavailable(keyId, `${waiting} signatures wait already`);
  return Date.now() < notBeforeMs ? unavailable(keyId, 'it has just ended') : undefined;
}

const unavailable = (keyId: string, why: string): SignerError =>
  new SignerError('signer_unavailable', `the signer of ${keyId} cannot sign: ${why}`, {
    next: 'See the log of federation; it is started again by itself.',
  });

/** What a program needs to find its libraries, and what its key file names. */
function environmentOf(file: ExternalKeyFile, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', ...file.environment];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
