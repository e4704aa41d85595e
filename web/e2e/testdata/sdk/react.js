// An application in React that the server rendered: a page that the visitor leaves and comes back to.
import { ConsentFrame, ConsentScript, Gate, useConsent } from '@nod-consent/client/react';
import React, { StrictMode, useState } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';

const h = React.createElement;

/** What a page without our package would render: Nod puts a placeholder beside it. */
const TaggedFrame = ({ purpose, src, title }) => h('div', null, h('iframe', { 'data-category': purpose, 'data-src': src, title }));

function Page({ script, frame, isTagged }) {
  const { answers, has, rejectAll } = useConsent();
  return h('main', null,
    h('p', { id: 'state' }, `${answers.analytics} ${has('analytics')}`),
    h(Gate, { purpose: 'analytics', fallback: h('p', { id: 'closed' }, 'closed') }, h('p', { id: 'open' }, 'open')),
    h(ConsentScript, { purpose: 'analytics', src: script }),
    h(isTagged ? TaggedFrame : ConsentFrame, { purpose: 'analytics', src: frame, title: 'A frame' }),
    h('button', { id: 'refuse', onClick: rejectAll }, 'refuse'));
}

function App(addresses) {
  const [isHere, setHere] = useState(true);
  return h(StrictMode, null,
    h('button', { id: 'route', onClick: () => setHere(!isHere) }, 'go'), isHere && h(Page, addresses));
}

export const render = (addresses) => renderToString(h(App, addresses));

export function start(root, addresses) {
  window.mismatches = 0;
  hydrateRoot(root, h(App, addresses), { onRecoverableError: () => window.mismatches++ });
}
