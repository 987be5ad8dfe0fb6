import { InvalidArgumentError, Option } from 'commander';

/** An option that takes a positive number of seconds. */
export function secondsOption(flags: string, description: string, seconds: number): Option {
  return new Option(flags, description).default(seconds).argParser((text) => {
    const value = Number(text);
    if (/^\d+(?:\.\d+)?$/.test(text) && value > 0 && value <= 86_400) return value;
    throw new InvalidArgumentError('It must be a number of seconds, at most 86400.');
  });
}

/** An option that takes a whole number from 1 on. */
export function countOption(flags: string, description: string, count: number, max: number): Option {
  return new Option(flags, description).default(count).argParser((text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  });
}
