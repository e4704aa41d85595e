// Uses the components of the React guide: on a server, then in a page.
import { strict as assert } from 'node:assert';
import { act, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { Analytics } from './analytics';
import { Film, PrivacyLink } from './film';
import { Offers } from './offers';
import { openPage } from './page';

const App = () => <StrictMode><Offers /><Film /><PrivacyLink /><Analytics id="G-1" /></StrictMode>;
const html = renderToString(<App />);
assert.match(html, /^<p>/, 'on a server nothing is granted');

const { window, root, decide } = openPage(html);
const { hydrateRoot } = (await import('react-dom/client')).default;
const errors = [];
console.error = (...args) => errors.push(args.join(' '));
let app;
await act(() => {
  app = hydrateRoot(root, <App />);
});
assert.deepEqual(errors, [], 'hydration without an error');
const find = (selector) => window.document.querySelector(selector);
const shows = () => (root.querySelector('iframe[title][src]') ? 'frame' : 'text');
assert.ok(find('iframe[data-category=media][data-src]'), 'the film waits');
assert.ok(find('button[data-nod=preferences]'));
const script = find('script[data-category=statistics][data-service=google-analytics]');
assert.equal(script.dataset.src, 'https://www.googletagmanager.com/gtag/js?id=G-1');

const commands = [];
window.gtag = (name) => commands.push(name);
await act(() => decide('ready', { marketing: 'unasked', 'google-analytics': 'unasked' }));
assert.equal(shows(), 'text', 'unasked');
assert.deepEqual(commands, []);
await act(() => decide('change', { marketing: 'granted', 'google-analytics': 'granted' }));
assert.equal(shows(), 'frame', 'granted');
assert.deepEqual(commands, ['js', 'config']);
await act(() => decide('change', { marketing: 'denied', 'google-analytics': 'denied' }));
assert.equal(shows(), 'text', 'denied');
await act(() => app.unmount());
await act(() => decide('change', { marketing: 'granted', 'google-analytics': 'granted' }));
assert.equal(root.innerHTML, '', 'after unmounting');
assert.deepEqual(commands, ['js', 'config']);
process.exit(0); // the page's timers would go on
