// Which purposes a request needs, by the hosts that the policy assigns to them.
import { attempt } from '../core/attempt';
import { config } from '../core/config';
import { getRootElement } from '../core/dom';
import { listWithServices } from '../core/rules';

/** Why a request is not made, or an entry not written. */
export interface Block {
  purpose: string;
  service?: string;
  host?: string;
  key?: string; // of the entry
  by?: string; // what would have made the request: "fetch", "img", …
  hold?: boolean; // the service wants its requests held
  held?: boolean; // the request waits for the answer
}

const ownersByHost: Record<string, Block[]> = Object.create(null); // by host, or by "*" and the end of its name

/** The hosts without their stars, for a regular expression. */
export const hostNames: string[] = [];

for (const p of config.form.purposes)
  for (const i of listWithServices(p))
    for (const h of i.hosts || []) {
      const owner = { purpose: p.id, ...(i != p && { service: i.id }), ...(HOLD ? { hold: i.hold } : {}) };
      (ownersByHost[h] = ownersByHost[h] || []).push(owner);
      hostNames.push(h.replace('*', '')); // a dot in the pattern matches a dot, too
    }

/** Matches a text that may name one of these hosts. */
export const HOST_PATTERN = new RegExp(hostNames.join('|'), 'i');

/** Whether a purpose or service is granted. */
export let isGranted: (id: string) => boolean;

export function setGrantCheck(check: (id: string) => boolean): void {
  isGranted = check;
}

// Nearly all addresses look like this, and their host is the one that is written. The browser parses the others, which
// takes ten times as long.
const PLAIN_ADDRESS = /^(?:http|ws)s?:\/\/((?:[\w-]+\.)*[a-z][\w-]*)(?::\d{1,5})?(?:[/?#]|$)/i;

export const readHost = (url: unknown): string | undefined =>
  attempt(() => {
    const plain = PLAIN_ADDRESS.exec(url as string);
    if (plain) return plain[1]!.toLowerCase(); // the pattern has one group
    if (/^data:/i.test(url as string)) return ''; // it may be very long
    // It throws on what the browser refuses, too.
    return new URL(url as string, getRootElement().baseURI).hostname.replace(/\.$/, '');
  });

/** What blocks a request to this address. A host of several purposes needs them all. */
export function findBlock(url: unknown): Block | undefined {
  const host = readHost(url) || '';
  for (let name = host, i = 0; i >= 0; name = '*' + host.slice(i)) {
    for (const o of ownersByHost[name] || []) if (!isGranted(o.service || o.purpose)) return { ...o, host };
    i = host.indexOf('.', i + 1);
    if (i < 0) return;
  }
  return;
}

/** Whether the policy names this host. */
export function isDeclared(host: string): boolean {
  for (let name = host, i = 0; i >= 0; name = '*' + host.slice(i)) {
    if (ownersByHost[name]) return true;
    i = host.indexOf('.', i + 1);
  }
  return false;
}
