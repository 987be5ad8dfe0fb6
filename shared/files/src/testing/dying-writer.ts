import fs, { type PathLike } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * A process that writes one file with this package and dies at a step of it, for real: SIGKILL, before the system call that is
 * next, or in the middle of writing. Prints the steps it took where it lives to the end.
 *
 *     node dying-writer.js <deed> <path> <text> <step to die at, from 1; 0 for none>
 */
const [deed = '', path = '', text = '', dieAt = '0'] = process.argv.slice(2);
const steps: string[] = [];

function step(name: string): void {
  steps.push(name);
  if (steps.length === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
}

const asText = (content: unknown): string => String(content);
const shown = (opened: unknown): string =>
  fs.statSync(opened as PathLike, { throwIfNoEntry: false })?.isDirectory() === true ? 'folder' : 'draft';

/** Each call is a step, and then what it always was. */
function counted<Of extends object>(
  of: Of,
  name: keyof Of & string,
  label: (first: unknown) => string,
): void {
  const real = of[name] as (...given: unknown[]) => unknown;
  const stepping = function (this: unknown, ...given: unknown[]): unknown {
    step(label(given[0]));
    return real.apply(this, given);
  };
  of[name] = stepping as Of[typeof name];
}

const handle = await fs.promises.open('/dev/null');
const handles = Object.getPrototypeOf(handle) as typeof handle;
await handle.close();
const write = handles.write;
handles.writeFile = async function (content) {
  const half = Math.ceil(asText(content).length / 2);
  await write.call(this, asText(content).slice(0, half));
  step('half written');
  await write.call(this, asText(content).slice(half));
};
// As a disk that knows no links answers (link(2)).
if (deed.endsWith('ByCopy'))
  fs.promises.link = () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }));
counted(handles, 'sync', () => 'sync');
counted(fs.promises, 'open', (opened) => `open ${shown(opened)}`);
for (const name of ['link', 'rename', 'rm'] as const) counted(fs.promises, name, () => name);

// `writeFileSync` opens, writes and syncs by these, and writes on where only half was taken.
const writeNow = fs.writeSync as (...given: unknown[]) => number;
let halves = 0;
fs.writeSync = ((file: number, bytes: Uint8Array, from: number, length: number) => {
  halves += 1;
  if (halves > 1) return writeNow(file, bytes, from, length);
  const taken = writeNow(file, bytes, from, Math.ceil(length / 2));
  step('half written');
  return taken;
}) as typeof fs.writeSync;
counted(fs, 'fsyncSync', () => 'sync');
counted(fs, 'openSync', (opened) => `open ${shown(opened)}`);
counted(fs, 'linkSync', () => 'link');
counted(fs, 'renameSync', () => 'rename');
counted(fs, 'rmSync', () => 'rm');
syncBuiltinESMExports();

const files = await import('../index.js');
const mode = 0o600;
const deeds: Readonly<Record<string, () => unknown>> = {
  makeFile: () => files.makeFile(path, text, { mode }),
  makeFileByCopy: () => files.makeFile(path, text, { mode, copiesWithoutLinks: true }),
  makeFileNotByCopy: () => files.makeFile(path, text, { mode }),
  replaceFile: () => files.replaceFile(path, text, { mode }),
  makeFileSync: () => files.makeFileSync(path, text, { mode }),
  replaceFileSync: () => files.replaceFileSync(path, text, { mode }),
};
try {
  await deeds[deed]?.();
} catch (fault) {
  process.stdout.write(`${(fault as NodeJS.ErrnoException).code}\n`);
  process.exit(1);
}
process.stdout.write(`${JSON.stringify(steps)}\n`);
