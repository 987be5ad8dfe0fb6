import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** What changes seldom stands in files of its own, so that a new release of the console leaves them in the browser's cache. */
const groups = [
  { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 20 },
  { name: 'tanstack', test: /node_modules[\\/]@tanstack[\\/]/, priority: 10 },
];

/**
 * The console is served by `services/console` under `default-src 'self'`: nothing may be inline, neither scripts nor styles nor
 * images, and nothing is fetched from elsewhere.
 */
export default defineConfig({
  base: '/',
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'production', 'import', 'default'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // `light-dark()` and what else the styles use; all three have had it since 2024.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    sourcemap: false,
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  worker: { format: 'es' },
});
