export { openApiDocument } from './api/document.js';
export { type RunningConsole, startConsole } from './start.js';
