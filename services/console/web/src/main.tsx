import './data/zod-without-eval.js';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/theme.css';
import './theme/elements.css';
import { listenForShortcuts } from './data/shortcuts.js';
import { Console } from './shell/console.js';
import { showTheme } from './theme/theme.js';

showTheme();
listenForShortcuts();

const place = document.getElementById('console');
if (place === null) throw new Error('index.html has no element with the id "console".');
createRoot(place).render(
  <StrictMode>
    <Console />
  </StrictMode>,
);
