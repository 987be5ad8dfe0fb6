import { stored } from './stored.js';

/** `utc`, or nothing: the browser's own zone. */
export const zoneChoice = stored('marketops.zone');

/** The IANA zone to show times in; undefined is the browser's. */
export const useZone = (): string | undefined => (zoneChoice.use() === 'utc' ? 'UTC' : undefined);
