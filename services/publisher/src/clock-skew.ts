/** How far this process's clock is from the store's, in milliseconds; measured at most every few seconds. */
export interface ClockSkew {
  currentMs(): Promise<number>;
}

const measureEveryMs = 5_000;

export function measureSkew(storeNowMs: () => Promise<number>, localNowMs: () => number): ClockSkew {
  let skewMs = 0;
  let measuredAtMs = Number.NEGATIVE_INFINITY;
  let measuring: Promise<number> | undefined;

  const measure = async (): Promise<number> => {
    const before = localNowMs();
    const remote = await storeNowMs();
    const after = localNowMs();
    measuredAtMs = after;
    // The store's answer lies somewhere between the two readings: within them there is no skew to speak of.
    skewMs = remote < before ? before - remote : Math.max(0, remote - after);
    return skewMs;
  };

  return {
    currentMs() {
      const age = localNowMs() - measuredAtMs;
      // A clock that was set back is measured again at once.
      if (age >= 0 && age < measureEveryMs) return Promise.resolve(skewMs);
      measuring ??= measure().finally(() => {
        measuring = undefined;
      });
      return measuring;
    },
  };
}
