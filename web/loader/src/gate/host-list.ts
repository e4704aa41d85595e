// Which purposes a request needs, by the hosts that the policy assigns to them.
import { attempt } from '../core/attempt';
import { config } from '../core/config';
import { getRootElement } from '../core/dom';
import { findFirst } from '../core/list';
import { listWithServices } from '../core/evaluate';

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

/** Each host, or "." and the end of its name, with who it belongs to. Sites have few, so a list is fast enough. */
const owners: [string, Block][] = [];

for (const p of config.form.purposes)
  for (const i of listWithServices(p))
    for (const h of i.hosts || [])
      owners.push([
        h.replace('*', ''),
        { purpose: p.id, ...(i != p && { service: i.id }), ...(HOLD ? { hold: i.hold } : {}) },
      ]);

const isOwned = (host: string, h: string): boolean => (h[0] == '.' ? host.slice(-h.length) : host) == h;

/** Whether the policy names hosts. */
export const hasHosts = owners.length > 0;

/** Matches a text that may name one of these hosts. A part of a name may be a character reference ("&#46;", or
 * "&amp;#46;" within a frame's own document). After a slash it may be a letter that is spelled differently, or a tab or
 * a new line, which browsers leave out. A dot in the pattern matches a dot, too. */
export const HOST_PATTERN = new RegExp(
  '&[#a-z]|[/\\\\][^ "\'<>/?#\\\\]*[^ -$&-~]|' + owners.map(([h]) => h).join('|'),
  'i',
);

/** Whether a purpose or service is granted. */
export let isGranted: (id: string) => boolean;

export function setGrantCheck(check: (id: string) => boolean): void {
  isGranted = check;
}

// Nearly all addresses look like this, and their host is the one that is written. The browser parses the others, which
// takes ten times as long.
const PLAIN_ADDRESS = /^((http|ws)s?:)?\/\/(([\w.-]+\.)?[a-z][\w-]*)(:\d+)?([/?#]|$)/i;

export const readHost = (url: unknown): string | undefined =>
  attempt(() => {
    const plain = PLAIN_ADDRESS.exec(url as string);
    if (plain) return plain[3]!.toLowerCase();
    if (/^data:/i.test(url as string)) return ''; // it may be very long
    // It throws on what the browser refuses, too.
    return new URL(url as string, getRootElement().baseURI).hostname.replace(/\.$/, '');
  });

/** What blocks a request to this address. A host of several purposes needs them all. */
export function findBlock(url: unknown): Block | undefined {
  const host = readHost(url) || '';
  for (const [h, o] of owners) if (isOwned(host, h) && !isGranted(o.service || o.purpose)) return { ...o, host };
  return;
}

/** Whether the policy names this host. */
export const isDeclared = (host: string): boolean => !!findFirst(owners, ([h]) => isOwned(host, h));
