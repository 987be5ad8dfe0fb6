import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeDrafts } from './drafts.js';
import { makeFolder } from './folders.js';
import { readBounded } from './read-bounded.js';
import { makeFile, replaceFile, writeDraft } from './write.js';
import { makeFileSync, replaceFileSync, writeDraftSync } from './write-sync.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const names = () => readdirSync(folder).sort();
const text = (name: string) => readFileSync(at(name), 'utf8');
const modeOf = (name: string) => statSync(at(name)).mode & 0o777;

/** What waits and what does not promise the same. */
describe.each([
  { which: 'waiting', make: makeFile, replace: replaceFile, draft: writeDraft },
  {
    which: 'at once',
    make: async (...of: Parameters<typeof makeFileSync>) => makeFileSync(...of),
    replace: async (...of: Parameters<typeof replaceFileSync>) => replaceFileSync(...of),
    draft: async (...of: Parameters<typeof writeDraftSync>) => writeDraftSync(...of),
  },
])('a file written whole, $which', ({ make, replace, draft }) => {
  it('given there is none, then it is made with its permissions, and nothing is left beside it', async () => {
    expect(await make(at('key'), 'secret', { mode: 0o600 })).toBe(true);
    expect(await make(at('tile'), new Uint8Array([65, 66]), { mode: 0o644 })).toBe(true);
    expect([names(), text('key'), text('tile')]).toEqual([['key', 'tile'], 'secret', 'AB']);
    expect([modeOf('key'), modeOf('tile')]).toEqual([0o600, 0o644]);
  });

  it('given there is one, then a new one leaves it alone, and a replacement replaces it with its permissions', async () => {
    writeFileSync(at('a'), 'old', { mode: 0o644 });
    expect(await make(at('a'), 'new', { mode: 0o600 })).toBe(false);
    expect([text('a'), modeOf('a')]).toEqual(['old', 0o644]);
    await replace(at('a'), 'new', { mode: 0o600 });
    expect([names(), text('a'), modeOf('a')]).toEqual([['a'], 'new', 0o600]);
  });

  it('given many make one at once, then one does, and it is whole', async () => {
    const content = (index: number) => String(index).repeat(100_000);
    const made = await Promise.all(
      [0, 1, 2, 3, 4].map((index) => make(at('a'), content(index), { mode: 0o600 })),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect([names(), text('a')]).toEqual([['a'], content(made.indexOf(true))]);
  });

  it('given it cannot take its place, then the system’s own fault is told, and nothing is left', async () => {
    mkdirSync(at('a'));
    await expect(replace(at('a'), 'x', { mode: 0o600 })).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(make(at('none/a'), 'x', { mode: 0o600 })).rejects.toMatchObject({ code: 'ENOENT' });
    expect(names()).toEqual(['a']);
  });

  it('given a draft’s name is taken, then what has it stays', async () => {
    writeFileSync(at('a.draft'), 'somebody else’s');
    await expect(draft(at('a.draft'), 'x', { mode: 0o600 })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(text('a.draft')).toBe('somebody else’s');
  });
});

describe('folders', () => {
  it('given none is there, then each is made with its permissions, and a second time none', async () => {
    for (let times = 0; times < 2; times += 1) await makeFolder(at('a/b/c'), 0o700);
    expect([modeOf('a'), modeOf('a/b'), modeOf('a/b/c')]).toEqual([0o700, 0o700, 0o700]);
  });

  it('given a file is in its place, then it is refused', async () => {
    writeFileSync(at('a'), '');
    await expect(makeFolder(at('a'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' });
  });
});

describe('what killed processes left', () => {
  const minuteAgo = (name: string) => {
    writeFileSync(at(name), 'half');
    utimesSync(at(name), 0, 0);
  };

  it('given drafts, then those older than a minute go, and nothing else does', async () => {
    mkdirSync(at('below'));
    for (const name of ['old.draft', 'below/old.draft', 'old']) minuteAgo(name);
    writeFileSync(at('young.draft'), 'being written');
    mkdirSync(at('folder.draft'));
    utimesSync(at('folder.draft'), 0, 0);
    await removeDrafts(folder, Date.now());
    expect(names()).toEqual(['below', 'folder.draft', 'old', 'young.draft']);
    expect(readdirSync(at('below'))).toEqual(['old.draft']);
    await removeDrafts(folder, Date.now(), { recursive: true });
    expect(readdirSync(at('below'))).toEqual([]);
  });

  it('given no such folder, then there is nothing to do', async () => {
    await expect(removeDrafts(at('none'), Date.now())).resolves.toBeUndefined();
  });
});

describe('reading a file that may be anybody’s', () => {
  it('given as much as may be, then all of it; one byte more, then it is refused unread', async () => {
    writeFileSync(at('a'), 'abcd');
    expect((await readBounded(at('a'), 4)).toString()).toBe('abcd');
    await expect(readBounded(at('a'), 3)).rejects.toMatchObject({ code: 'file_too_large' });
  });

  it('given no file, then it is told and not waited for', async () => {
    await expect(readBounded('/dev/zero', 10)).rejects.toMatchObject({ code: 'file_not_regular' });
    await expect(readBounded(folder, 10)).rejects.toMatchObject({ code: 'file_not_regular' });
    await expect(readBounded(at('none'), 10)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
