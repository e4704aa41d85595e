// A page with the array of Nod in place of its script.
import { Window } from 'happy-dom';

/** Opens a page that has this markup. decide sends what the script of Nod sends. */
export function openPage(html) {
  const window = new Window();
  const states = {};
  const listeners = [];
  window.nod = {
    has: (id) => states[id] == 'granted',
    answers: () => states,
    push: (call) => listeners.push(call),
  };
  const { document, Element, SVGElement, Node, HTMLElement } = window;
  Object.assign(globalThis, { window, document, Element, SVGElement, Node, HTMLElement, IS_REACT_ACT_ENVIRONMENT: true });
  Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });
  const root = document.createElement('div');
  root.innerHTML = html;
  document.body.append(root);
  const decide = (event, answers) => {
    Object.assign(states, answers);
    for (const [, name, listener] of [...listeners]) if (name == event) listener({ ...answers });
  };
  return { window, root, decide };
}
