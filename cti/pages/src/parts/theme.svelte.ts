/** Light or dark: as the machine says, until somebody chooses. */

const KEY = 'hotline.theme';
export type Theme = 'light' | 'dark';

const machine = matchMedia('(prefers-color-scheme: dark)');
let chosen = $state<Theme | null>(kept());
let machines = $state<Theme>(machine.matches ? 'dark' : 'light');
machine.addEventListener('change', () => (machines = machine.matches ? 'dark' : 'light'));
show(kept());

function kept(): Theme | null {
  const theme = localStorage.getItem(KEY);
  return theme === 'light' || theme === 'dark' ? theme : null;
}

function show(theme: Theme | null): void {
  if (theme !== null) document.documentElement.dataset['theme'] = theme;
}

export function theme(): Theme {
  return chosen ?? machines;
}

/** Read on in this theme; kept for the next visit. */
export function wear(theme: Theme): void {
  chosen = theme;
  localStorage.setItem(KEY, theme);
  show(theme);
}
