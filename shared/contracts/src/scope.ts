import { z } from 'zod';

/** A scope a freeze covers. */
export const Scope = z
  .string()
  .regex(
    /^(?:all|tenant:[a-z0-9_-]{1,63}|account:[a-z0-9_-]{1,39}|repository:[a-z0-9_-]{1,39}\/[a-z0-9._-]{1,100})$/,
  );
