import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [svelte({ configFile: false })],
  build: {
    target: 'es2023',
    // A font or picture put into the text as data: would be stopped by the pages' content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
