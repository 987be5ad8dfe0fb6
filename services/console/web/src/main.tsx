import './data/zod-without-eval.js';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/theme.css';
import { listenForKeys } from './data/keys.js';
import { Console } from './shell/console.js';
import { showTheme } from './theme/theme.js';

showTheme();
listenForKeys();

const place = document.getElementById('console');
if (place === null) throw new Error('index.html has no element with the id "console".');
createRoot(place).render(
  <StrictMode>
    <Console />
  </StrictMode>,
);
