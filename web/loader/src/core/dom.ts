// Access to the document. A page may name a form or a picture "cookie" or "body", and then document.cookie is that
// element (HTML, 3.1.7, named access). So properties are read through the document's class.
import { attempt } from './attempt';

// A page may declare a class with the name Document, and MooTools replaces the browser's.
const documentPrototype = Object.getPrototypeOf(HTMLDocument.prototype) as Document;

export const getDocumentProperty = <K extends keyof Document>(name: K): Document[K] =>
  Reflect.get(documentPrototype, name, document);

export const getRootElement = (): HTMLElement => getDocumentProperty('documentElement');

export const createElement = <K extends keyof HTMLElementTagNameMap>(tag: K): HTMLElementTagNameMap[K] =>
  getDocumentProperty('createElement').call(document, tag) as HTMLElementTagNameMap[K];

/** Reads and sets the markup in an element as the browser does, though that may be hooked later. */
export const { get: getMarkup, set: setMarkup } = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML') as {
  get: (this: Element) => string;
  set: (this: Element, html: string) => void;
};

/** All cookies that the page sees; "" if the browser refuses. */
export const readCookies = (): string => attempt(() => getDocumentProperty('cookie')) || '';

/** Whether the page is still being parsed. */
export const isParsing = (): boolean => document.readyState == 'loading';

/** Sets a cookie; attributes are others than usual. */
export const setCookie = (pair: string, maxAge: number, attributes: string, domain?: string): unknown =>
  attempt(() => {
    const scope = ';path=/;max-age=' + maxAge + (domain ? ';domain=' + domain : '') + attributes;
    Reflect.set(documentPrototype, 'cookie', pair + scope + (location.protocol == 'https:' ? ';secure' : ''), document);
  });
