// Prints what the oldest supported browsers (Chrome 64, Safari 12, Firefox 67) do not understand in scripts: syntax
// after ES2018, except import(), and names of newer functions. Arguments are files; without output, all is well.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createRequire } from 'node:module';

const { parse } = createRequire(import.meta.url)('acorn');

// Newer names, with the scripts that ask first whether the browser has them.
const NEWER = {
  AbortController: ['more', 'launch'],
  adoptedStyleSheets: ['consent', 'placeholder'],
  allSettled: [],
  checkVisibility: [],
  databases: ['more'],
  findLast: [],
  flat: [],
  flatMap: [],
  fromEntries: [],
  globalThis: [],
  hasOwn: [],
  hidePopover: ['more'],
  inert: ['more'],
  matchAll: [],
  queueMicrotask: [],
  randomUUID: [],
  replaceAll: [],
  replaceChildren: [],
  replaceSync: ['consent', 'placeholder'],
  requestIdleCallback: ['consent', 'more'],
  requestSubmit: [],
  ResizeObserver: ['placeholder'],
  setHTMLUnsafe: ['consent'],
  showModal: ['more'],
  showPopover: ['more'],
  structuredClone: [],
  submitter: ['boot', 'more'],
  timeOrigin: ['more'],
  toggleAttribute: [],
};
const NEWER_CALLS = ['at']; // an object of ours may have such a member

function* walk(node) {
  if (!node || typeof node != 'object') return;
  if (Array.isArray(node)) {
    for (const n of node) yield* walk(n);
    return;
  }
  if (node.type) yield node;
  for (const key of Object.keys(node)) if (key != 'type') yield* walk(node[key]);
}

function* findNewer(tree) {
  for (const node of walk(tree)) {
    if (node.type == 'Identifier' && Object.hasOwn(NEWER, node.name)) yield node.name;
    const called = node.type == 'CallExpression' && node.callee.property?.name;
    if (NEWER_CALLS.includes(called)) yield called + '()';
  }
}

for (const file of process.argv.slice(2)) {
  const name = basename(file, '.js');
  // The staff's own page needs a current browser.
  const mayUse = (newer) => name == 'admin' || NEWER[newer]?.some((script) => name.split('-')[0] == script);
  try {
    const source = readFileSync(file, 'utf8').replace(/\bimport\(/g, 'importNew(');
    const tree = parse(source, { ecmaVersion: 2018, sourceType: 'module' });
    for (const newer of new Set(findNewer(tree))) if (!mayUse(newer)) console.log(`${name}: ${newer} is too new`);
  } catch (e) {
    console.log(`${name}: ${e.message}`);
  }
}
