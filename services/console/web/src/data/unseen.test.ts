import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { restWhileUnseen } from './unseen.js';

describe('a page that nobody looks at', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function page(first: DocumentVisibilityState) {
    const said: string[] = [];
    let state = first;
    let look = () => {};
    const seen = {
      get visibilityState() {
        return state;
      },
      addEventListener: (_: string, heard: () => void) => {
        look = heard;
      },
    };
    restWhileUnseen(seen, 1_000, { rest: () => said.push('rest'), wake: () => said.push('wake') });
    const become = (next: DocumentVisibilityState) => {
      state = next;
      look();
    };
    return { said, become };
  }

  it('rests after a while, once, and wakes when it is seen again', () => {
    const { said, become } = page('visible');
    become('hidden');
    vi.advanceTimersByTime(999);
    expect(said).toEqual([]);
    vi.advanceTimersByTime(1);
    become('hidden');
    vi.advanceTimersByTime(5_000);
    become('visible');
    expect(said).toEqual(['rest', 'wake']);
  });

  it('does not rest for a glance elsewhere', () => {
    const { said, become } = page('visible');
    become('hidden');
    vi.advanceTimersByTime(500);
    become('visible');
    vi.advanceTimersByTime(5_000);
    expect(said).toEqual([]);
  });

  it('rests where it was opened in the background', () => {
    const { said } = page('hidden');
    vi.advanceTimersByTime(1_000);
    expect(said).toEqual(['rest']);
  });
});
