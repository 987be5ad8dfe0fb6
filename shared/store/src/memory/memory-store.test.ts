import { eventStoreContract } from '../contract/event-store.contract.js';
import { openMemoryStore } from './memory-store.js';

eventStoreContract('memory', {
  open: async () => Promise.resolve(),
  fresh: async () => Promise.resolve(openMemoryStore()),
  close: async () => Promise.resolve(),
});
