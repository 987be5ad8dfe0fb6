import type { Reason } from '@marketops/contracts';

export const reason = (code: string, message: string, remedy: string): Reason => ({
  code,
  message: message.slice(0, 1_000),
  remedy,
});
