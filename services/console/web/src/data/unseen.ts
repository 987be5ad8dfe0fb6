/** Of a document, what tells whether anybody can see it. */
export interface Seen {
  readonly visibilityState: DocumentVisibilityState;
  addEventListener(type: 'visibilitychange', heard: () => void): void;
}

export interface Rest {
  /** The page has been out of sight for `afterMs`. */
  readonly rest: () => void;
  /** It rested and is seen again. */
  readonly wake: () => void;
}

/** Lets a page that nobody looks at rest. A tab that is opened in the background rests without ever having been seen. */
export function restWhileUnseen(page: Seen, afterMs: number, { rest, wake }: Rest): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let resting = false;
  const look = () => {
    clearTimeout(timer);
    if (page.visibilityState === 'hidden') {
      if (resting) return;
      timer = setTimeout(() => {
        resting = true;
        rest();
      }, afterMs);
    } else if (resting) {
      resting = false;
      wake();
    }
  };
  page.addEventListener('visibilitychange', look);
  look();
}
