/** Commands that may be given these keys, or these channels, and no others. In a Redis ACL: one selector. */
export interface Grant {
  readonly commands: readonly string[];
  readonly keys: readonly string[];
  /** What the commands may do with the keys. */
  readonly access: 'R' | 'W' | 'RW';
  readonly channels: readonly string[];
}

export const allow = (
  commands: readonly string[],
  keys: readonly string[],
  access: Grant['access'] = 'RW',
): Grant => ({ commands, keys, access, channels: [] });

export const allowChannels = (commands: readonly string[], channels: readonly string[]): Grant => ({
  commands,
  keys: [],
  access: 'RW',
  channels,
});

/** As it stands in an ACL file. Needs Redis 7 or Valkey: before, there were no selectors. */
export function selectorOf({ commands, keys, access, channels }: Grant): string {
  const permission = access === 'RW' ? '~' : `%${access}~`;
  return `(${[
    ...commands.map((command) => `+${command}`),
    ...keys.map((key) => permission + key),
    ...channels.map((channel) => `&${channel}`),
  ].join(' ')})`;
}
