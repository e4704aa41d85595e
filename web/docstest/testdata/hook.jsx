// Uses the hook of the documentation: on a server, then in a page.
import { strict as assert } from 'node:assert';
import { Window } from 'happy-dom';
import { act, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { useIsGranted as useOnServer } from './hook-server';

const makeOffers = (useIsGranted) => () => (useIsGranted('marketing') ? <iframe title="Offers" /> : <p>Accept marketing.</p>);
const ServerOffers = makeOffers(useOnServer);

assert.match(renderToString(<ServerOffers />), /^<p>/, 'on a server nothing is granted');

const window = new Window();
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });
const { hydrateRoot } = (await import('react-dom/client')).default;
const Offers = makeOffers((await import('./hook-client')).useIsGranted);

// The script of Nod takes the calls that waited in the array.
const listeners = Object.fromEntries(window.nod.map(([method, event, listener]) => [`${method} ${event}`, listener]));
assert.deepEqual(Object.keys(listeners), ['on ready', 'on change']);

const root = window.document.createElement('div');
root.innerHTML = renderToString(<ServerOffers />);
const errors = [];
console.error = (...args) => errors.push(args.join(' '));
let app;
await act(() => {
  app = hydrateRoot(root, <StrictMode><Offers /></StrictMode>);
});
assert.deepEqual(errors, [], 'hydration without an error');
const shows = () => (root.querySelector('iframe') ? 'frame' : 'text');
assert.equal(shows(), 'text', 'before the answer');
await act(() => listeners['on ready']({ marketing: 'unasked' }));
assert.equal(shows(), 'text', 'unasked');
await act(() => listeners['on change']({ marketing: 'granted' }));
assert.equal(shows(), 'frame', 'granted');
await act(() => listeners['on change']({ marketing: 'denied' }));
assert.equal(shows(), 'text', 'denied');
await act(() => app.unmount());
await act(() => listeners['on change']({ marketing: 'granted' }));
assert.equal(root.innerHTML, '', 'after unmounting');
process.exit(0); // the page's timers would go on
