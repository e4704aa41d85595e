// Uses the components of the Vue guide: rendered to HTML, then in a page.
import { strict as assert } from 'node:assert';
import { page } from './opened';
import { createSSRApp, h, nextTick } from 'vue';
import { renderToString } from 'vue/server-renderer';
import Offers from './component-0';
import Rest from './component-1';

const { window, root, decide } = page;
const warnings = [];
function makeApp() {
  const app = createSSRApp({ render: () => h('div', [h(Offers), h(Rest)]) });
  app.config.warnHandler = (text) => warnings.push(text);
  return app;
}
const html = await renderToString(makeApp());
assert.match(html, /<p>/, 'until it is mounted, nothing is granted');

root.innerHTML = html;
const app = makeApp();
app.mount(root);
await nextTick();
assert.deepEqual(warnings, [], 'hydration without a warning');
const find = (selector) => window.document.querySelector(selector);
const shows = () => (root.querySelector('iframe[title][src]') ? 'frame' : 'text');
assert.ok(find('iframe[data-category=media][data-src]'), 'the film waits');
assert.ok(find('button[data-nod=preferences]'));
assert.ok(find('script[data-category=statistics][data-src]'));
for (const [state, want] of [['unasked', 'text'], ['granted', 'frame'], ['denied', 'text']]) {
  decide('change', { marketing: state });
  await nextTick();
  assert.equal(shows(), want, state);
}
app.unmount();
assert.ok(!find('script[data-src]'), 'after unmounting');
process.exit(0); // the page's timers would go on
