// A document that the server rendered and React takes over: App is the whole page, from <html> on.
import React, { useState } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';

const h = React.createElement;

const tagged = (text) => h('script', {
  type: 'text/plain',
  'data-category': 'analytics',
  dangerouslySetInnerHTML: { __html: text },
});

function App({ script }) {
  const [count, setCount] = useState(0);
  return h('html', { lang: 'en' },
    h('head', null, h('meta', { charSet: 'utf-8' }), h('title', null, 'A page'), h('script', { src: script })),
    h('body', null,
      h('button', { id: 'count', onClick: () => setCount(count + 1) }, 'n=' + count),
      tagged('window.ran = (window.ran || []).concat("first")'),
      count > 0 ? tagged('window.ran = (window.ran || []).concat("late")') : null));
}

export const render = (script) => '<!doctype html>' + renderToString(h(App, { script }));

export function hydrate(script) {
  window.mismatches = 0;
  hydrateRoot(document, h(App, { script }), { onRecoverableError: () => window.mismatches++ });
}
