import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { namedIds, subjectOf, subjectOfStream, traceIdOf } from './telemetry/trace-ids.js';

export type Logger = PinoLogger;

const levels = new Set(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);
/** The level when the environment names none, or one there is not: a typing error must not keep a service down. */
function levelFromEnvironment(): string {
  const asked = process.env['MARKETOPS_LOG_LEVEL'] ?? '';
  return levels.has(asked) ? asked : 'info';
}

/** Bindings of a child are formatted by paths alone; what stands deeper in them is not looked for. */
const secretNames = ['token', 'authorization', 'secret', 'private_key', 'password', 'hmac', 'cookie'];
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** JSON lines on standard output with the service's name. A line that names a `run_id` or a `stream` gets its `trace_id`. */
export function createLog(
  service: string,
  level = levelFromEnvironment(),
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => ({
        ...cleanFields(fields, new Set([fields])),
        ...idsIn(fields),
      }),
    },
    redact: { paths: secretPaths, censor: redacted },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A line about a run names its trace, and one about a stream the run and the operation whose it is. */
function idsIn(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = subjectOf(fields);
  const subject = named.runId === undefined ? subjectOfStream(fields['stream']) : named;
  return subject.runId === undefined ? {} : { ...namedIds(subject), trace_id: traceIdOf(subject.runId) };
}

const redacted = '[redacted]';
const depthMax = 8;
/** Names whose values are never written, in any spelling: `Authorization`, `set-cookie`, `githubToken`, `API_KEY`. */
const secretName = /(?:token|authorization|secret|privatekey|password|hmac|cookie|apikey)s?$/;
const isSecret = (name: string): boolean => secretName.test(name.toLowerCase().replaceAll(/[-_]/g, ''));

/** Secrets are taken out wherever they stand (law X3), in a copy. */
function cleanFields(fields: object, within: ReadonlySet<unknown>): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    clean[name] = isSecret(name) ? redacted : cleanValue(value, within);
  }
  return clean;
}

function cleanValue(value: unknown, within: ReadonlySet<unknown>): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (within.has(value) || within.size > depthMax) return '[…]';
  const inside = new Set([...within, value]);
  if (value instanceof Error) return faultFields(value, inside);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  return Array.isArray(value) ? value.map((item) => cleanValue(item, inside)) : cleanFields(value, inside);
}

/** What of an error is worth a line: never the request or response objects libraries hang on their errors. */
function faultFields(fault: Error, within: ReadonlySet<unknown>): Record<string, unknown> {
  const { code, next } = fault as { code?: unknown; next?: unknown };
  return {
    name: fault.name,
    message: fault.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof next === 'string' ? { next } : {}),
    stack: fault.stack,
    ...(fault.cause === undefined ? {} : { cause: cleanValue(fault.cause, within) }),
  };
}
