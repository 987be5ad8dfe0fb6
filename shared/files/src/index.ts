export { discardDraftSync, draftEnding, draftOf, removeDrafts } from './drafts.js';
export { makeFolder, syncFolder } from './folders.js';
export { FileError, readBounded } from './read-bounded.js';
export { makeFile, replaceFile, writeDraft } from './write.js';
export { makeFileSync, replaceFileSync, writeDraftSync } from './write-sync.js';
