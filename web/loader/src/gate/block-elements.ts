// Blocks what elements load where no attribute is set: in markup that is about to be put into the page, and in nodes
// that come from a document in which nothing loads, such as that of a parser or a template.
import { attempt } from '../core/attempt';
import { createElement, getMarkup, setMarkup } from '../core/dom';
import { splitAt } from '../core/list';
import { getTrustedPolicy } from '../core/trusted-types';
import { checkRequest } from './check-request';
import { hasDead, makeDeadAddress, restore } from './dead-address';
import { makeAttributeHold, trackAttribute } from './held-calls';
import { type AnyWindow, type Args, getOwner } from './hook';
import { HOST_PATTERN } from './host-list';
import { isNavigational } from './strict';

// What a link leads to is not loaded, and a custom element loads what it likes. What follows a <base> is loaded from
// its address.
const LOADS = /^(\w+ ping|(?!(a|area) )\w+ (src|srcset|poster|data|(\S+:)?href))$/;
const LOADING = '[src],[srcset],[poster],[data],[srcdoc],[*|href],[ping]';
const END = '<!--nod-->'; // of markup: what follows it once that is parsed only closes elements

/** Stands for a value that is not set. */
export const UNSET = {};

/** The addresses in an attribute. Some attributes have several, each perhaps with a size. */
export const listAddresses = (name: string, value: string): string[] =>
  /set|ping/.test(name) ? splitAt(value, /[\s,]+/) : [value];

/** The window that shows a node; null for a node that is only parsed or edited, which loads nothing. */
export const getWindow = (n: Node): AnyWindow => (getOwner(n) || (n as Document)).defaultView;

/** What an attribute is to have instead of this value: an address where nothing is, or the blocked one, once that may
 * load. repeat sets the attribute again later, if the request is held. */
function replaceValue(e: Element, name: string, v: unknown, w: AnyWindow, repeat?: () => unknown): unknown {
  if (name == 'srcdoc') return cleanMarkup(v, w);
  if (STRICT && name == 'rel') blockLink(e, `${v}`, w);
  if (!LOADS.test(e.localName + ' ' + name) || (STRICT && isNavigational(e))) return v;
  const text = `${v}`;
  const address = restore(text);
  const all = listAddresses(name, address);
  if (address != text) return checkRequest('', all) ? v : address;
  const hold = HOLD && repeat && name != 'ping' ? makeAttributeHold(e, trackAttribute(e, name), repeat) : undefined;
  const b = checkRequest(e.localName, all, hold);
  if (HOLD && b && b.heldResult) return UNSET;
  return b ? getTrustedPolicy().createScriptURL(makeDeadAddress(w, e.localName, text)) : v;
}

/** Blocks what a link names that begins to load it with this relation. */
function blockLink(e: Element, rel: string, w: AnyWindow): void {
  const href = e.getAttribute('href');
  if (e.localName != 'link' || !href || isNavigational(e, rel) || !checkRequest(e.localName, [href])) return;
  e.setAttribute('href', makeDeadAddress(w, e.localName, href));
}

/** Blocks what the elements of a tree load, for the page of the window w. Returns whether that changes the tree. In
 * markup that is not parsed yet, what is for browsers without scripts will be text. */
function checkTree(tree: Node & ParentNode, w: AnyWindow, isText?: boolean): boolean {
  let hasChanged = false;
  const all = [...tree.querySelectorAll(LOADING)];
  if (tree.nodeType == 1) all.push(tree as Element);
  // A form may have a field by the name of one of these members. It loads nothing by itself.
  for (const e of all)
    for (const { name, value } of attempt(() => (isText && e.closest('noscript') ? [] : [...e.attributes])) || [])
      attempt(() => {
        const wanted = replaceValue(e, name, value, w) as string;
        if (wanted == value) return;
        // The parser takes names that this refuses, which load nothing.
        e.setAttribute(name, name == 'srcdoc' ? getTrustedPolicy().createHTML(wanted) : wanted);
        hasChanged = true;
      });
  return hasChanged;
}

/** Checks what a function gets that sets attributes or puts something into the page of the window w. repeat calls it
 * again. */
export function checkArguments(args: Args, to: Node, name: string, w: AnyWindow, repeat: () => unknown): Args {
  const at = name == 'setAttribute' ? 1 : name == 'setAttributeNS' ? 2 : 0; // of the value; the name is before it
  const checked: Args = []; // a page may have replaced map
  for (const v of args) {
    // The second node of insertBefore, moveBefore or replaceChild is there already, and may be large.
    if (v && (v as Node).nodeType && !(checked[0] && /Before$|eChild$/.test(name)))
      checkNode(v as Node & ParentNode, w);
    checked.push(
      /html|^write|frag/i.test((/^exec/.test(name) ? args[0] : name) as string)
        ? cleanMarkup(v, w, /^(inn|setH)/.test(name) && to.nodeType == 1 ? (to as Element) : undefined)
        : checked.length == at
          ? replaceValue(to as Element, `${at ? args[at - 1] : name}`.toLowerCase(), v, w, repeat)
          : v,
    );
  }
  return checked;
}
/** Blocks what a node loads that is about to be put into the page of the window w, or a copy of it. What is no tree
 * throws, and needs no check. */
const checkNode = (n: Node & ParentNode, w: AnyWindow): unknown =>
  attempt(() => (hasDead || !getWindow(n)) && checkTree(n, w));

/** Replaces the blocked addresses in markup for the page of the window w. parent is the element whose content it
 * becomes, if that is known: otherwise the markup is read as that of a template, which may begin with anything. */
function cleanMarkup(v: unknown, w: AnyWindow, parent?: Element): unknown {
  const text = attempt(() => `${v}`)!; // setHTML has options, too
  if (!STRICT && !HOST_PATTERN.test(text)) return v;
  const quiet = createElement('template').content.ownerDocument; // nothing loads there
  const box = (parent ? quiet.importNode(parent) : quiet.createElement('template')) as HTMLTemplateElement;
  setMarkup.call(box, getTrustedPolicy().createHTML(text + END));
  if (!checkTree(parent ? box : box.content, w, true)) return v;
  const [doctype] = /^\s*<!doctype[^>]*>/i.exec(text) || [''];
  const cleaned = doctype + splitAt(getMarkup.call(box), END)[0];
  return typeof v == 'string' ? cleaned : getTrustedPolicy().createHTML(cleaned);
}
