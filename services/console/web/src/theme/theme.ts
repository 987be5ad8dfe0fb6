import { stored } from '../data/stored.js';

/** What the person chose; `system` follows the machine. */
export type Theme = 'system' | 'light' | 'dark';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const choice = stored('marketops.theme');

const parseTheme = (text: string | undefined): Theme => themes.find((theme) => theme === text) ?? 'system';

export const nextTheme = (theme: Theme): Theme =>
  themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';

export const useTheme = (): Theme => parseTheme(choice.use());

/** Shows what was chosen in another visit; called before anything is drawn. */
export function showTheme(theme: Theme = parseTheme(choice.get())): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  choice.set(theme);
  showTheme(theme);
}
