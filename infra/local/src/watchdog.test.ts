import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const watchdog = pathToFileURL(fileURLToPath(new URL('../dist/watchdog.js', import.meta.url))).href;

/** Starts a process that ignores SIGTERM, guards it, says its pid, and waits to be killed. */
const holder = `
  import { spawn } from 'node:child_process';
  import { armWatchdog } from ${JSON.stringify(watchdog)};
  const code = "process.on('SIGTERM', () => console.log('asked')); setInterval(() => {}, 1000); console.log('up')";
  const deaf = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'inherit', 'ignore'], detached: true });
  armWatchdog(deaf.pid, 1);
  console.log(deaf.pid);
  setInterval(() => {}, 1000);`;

test('given its holder is killed, then the process is asked to end, and ended when it does not within its grace', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const heard: string[] = [];
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve) =>
    lines.on('line', (line) => {
      heard.push(line);
      if (heard.length === 2) resolve();
    }),
  );
  const pid = Number(heard.find((line) => /^\d+$/.test(line)));
  expect(() => process.kill(pid, 0)).not.toThrow();
  onTestFinished(() => {
    child.kill('SIGKILL');
  });

  // The orphan holds the other end of the pipe: its end closes it.
  const orphanGone = once(lines, 'close');
  child.kill('SIGKILL');
  await orphanGone;

  expect(heard).toContain('asked');
}, 20_000);
