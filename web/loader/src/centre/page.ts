// The page of the preference centre, and what opened it.

interface Page {
  origins: string[]; // of the pages that may open this one
  presentation: string;
  policy: string; // version that the page shows
  failed: string; // text for a part that can't be loaded
  wasm?: string; // address of app.wasm, if that was built
  exec?: string; // address of Go's wasm_exec.js
}

const data = document.getElementById('nod-page');
export const page = JSON.parse((data && data.textContent) || '{"origins":[]}') as Page;

export const isFramed = parent != window;

/** The page that opened this one, in a frame or in a window. */
export const opener = isFramed ? parent : (window.opener as Window | null);

export const findForm = (): HTMLFormElement | null => document.querySelector('form');
