import { startFromCommandLine } from './command.js';

/*
 * The simulated GitHub as a process of its own: `node infra/local/dist/github/main.js --port N --seed file.json`.
 * Prints one line of JSON, { url, uploads_url, control_url, pid }, when it is ready. Ends with SIGTERM or SIGINT.
 */

const log = (message: string): void => void process.stderr.write(`${message}\n`);
const github = await startFromCommandLine(process.argv.slice(2), log);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void github.stop());
}
const ready = {
  url: github.url,
  uploads_url: github.uploadsUrl,
  control_url: github.controlUrl,
  pid: process.pid,
};
process.stdout.write(`${JSON.stringify(ready)}\n`);
