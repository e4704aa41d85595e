// The address that an element has in place of a blocked one. Nothing is there, and no server is asked. It carries the
// blocked one, so that the page reads what it has written, also from a copy.
import { attempt } from '../core/attempt';
import { type AnyWindow, type Hook, hookFunctions, isHooked } from './hook';

export const DEAD_ADDRESS = 'blob:nod';

// For frames, which would show an error, it is a part of an empty page's.
const CARRIER = /(about:blank\?)?blob:nod#([^"&]*)/g;

/** The classes of elements that load something. */
export const SOURCE_CLASSES =
  'Video Link IFrame Script Image Input Embed Source Object Media Track Frame Base Anchor Area'.replace(
    /\w+/g,
    'HTML$&Element',
  );

/** The attributes that name what an element loads. */
export const SOURCE_NAMES = 'src srcset poster data href srcdoc ping';

/** Some element has such an address, or one that was allowed before: what is put into the page has to be checked. */
export let hasDead = false;

/** What was allowed may not be any more. */
export const expectDead = (): unknown => (hasDead = true);

/** Replaces a blocked address. w is the window whose scripts may read it. */
export function makeDeadAddress(w: AnyWindow, tag: string, value: string): string {
  if (!isHooked(w.Element.prototype.getAttribute)) hookReaders(w);
  hasDead = true;
  return (tag == 'iframe' ? 'about:blank?' : '') + DEAD_ADDRESS + '#' + attempt(() => encodeURIComponent(value));
}

/** Writes the blocked addresses in a text again, as this attribute, property or function of e has them. */
export const restore = (text: string, name = 'get', e?: Element): string =>
  attempt(() =>
    text.replace(CARRIER, (_, _frame, code: string) => {
      const address = decodeURIComponent(code);
      if (/HTML|ring|doc/.test(name)) return address.replace(/&/g, '&amp;').replace(/"/g, '&quot;'); // markup
      return /get|set|ping/.test(name) ? address : new URL(address, e && e.baseURI).href;
    }),
  ) || text;

/** Hooks what reads attributes, properties and markup, once there is something to restore. */
function hookReaders(w: AnyWindow): void {
  const names = SOURCE_NAMES + ' innerHTML outerHTML getHTML getAttribute getAttributeNS currentSrc serializeToString';
  const hook: Hook = (args, callReal, e, name) => {
    const text = callReal(args);
    return typeof text == 'string' ? restore(text, name, e) : text;
  };
  hookFunctions(w, SOURCE_CLASSES + ' Element ShadowRoot XMLSerializer', names, hook, 'get');
}
