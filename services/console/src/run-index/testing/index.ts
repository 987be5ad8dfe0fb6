export { TestJournal } from './journal.js';
export { manyStory, tellMany } from './many.js';
export { storyReceiptId, storyRunId } from './stories.js';
