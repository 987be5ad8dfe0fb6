import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** Fields that must never be written, wherever they stand (law X3). */
const secret = ['token', 'authorization', 'secret', 'private_key', 'password', 'hmac', 'cookie'];
const redacted = secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `headers.${name}`]);

/** JSON lines on standard output with the service's name; bind `run_id` with `log.child`. */
export function createLog(service: string, level = process.env['MARKETOPS_LOG_LEVEL'] ?? 'info'): Logger {
  return pino({
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: redacted, censor: '[redacted]' },
    serializers: { fault: faultFields, err: faultFields },
  });
}

/** What of an error is worth a line: never the request or response objects libraries hang on their errors. */
function faultFields(fault: unknown): Record<string, unknown> {
  if (!(fault instanceof Error)) return { message: String(fault) };
  const { code, next } = fault as { code?: unknown; next?: unknown };
  return {
    name: fault.name,
    message: fault.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof next === 'string' ? { next } : {}),
    stack: fault.stack,
    ...(fault.cause === undefined ? {} : { cause: faultFields(fault.cause) }),
  };
}
