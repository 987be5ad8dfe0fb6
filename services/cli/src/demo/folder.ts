import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A folder nobody has used: `.marketops/demo/20260131-120000` below the current one, with `-2` where it is taken. */
export function freshFolder(now: Date, cwd: string = process.cwd()): string {
  const parent = resolve(cwd, '.marketops', 'demo');
  mkdirSync(parent, { recursive: true });
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  for (let attempt = 1; ; attempt += 1) {
    const folder = join(parent, attempt === 1 ? stamp : `${stamp}-${attempt}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
    }
  }
}
