// Which purposes a request needs, by the hosts that the policy gives them.
import { config } from '../core/config';
import { getRootElement } from '../core/dom';
import { attempt } from '../core/attempt';

/** A request that is not to be made. */
export interface Block {
  purpose: string;
  service?: string;
  host?: string;
  key?: string; // of what was to be written, where it is no request
  by?: string; // what would have made it: "fetch", "img", …
  hold?: boolean; // the service wants it kept back
  held?: boolean; // it waits for the answer
}

const ownersByHost: Record<string, Block[]> = Object.create(null); // by host, or by "*" and what its name ends in
/** What the hosts' names hold beside stars, for a regular expression. */
export const hostNames: string[] = [];

for (const p of config.form.purposes)
  for (const i of [p, ...(p.services || [])])
    for (const h of i.hosts || []) {
      (ownersByHost[h] = ownersByHost[h] || []).push({
        purpose: p.id,
        ...(i != p && { service: i.id }),
        ...(HOLD ? { hold: i.hold } : {}),
      });
      hostNames.push(h.replace('*', '')); // a dot stands for itself, too
    }

/** Whether a text may name one of these hosts, also where the case differs. */
export const HOST_PATTERN = new RegExp(hostNames.join('|'), 'i');

/** Whether a purpose or service is granted. */
export let isGranted: (id: string) => boolean;

/** Tells what is granted. */
export function setGrantCheck(is: (id: string) => boolean): void {
  isGranted = is;
}

// What nearly all addresses look like, with a host that means what is written. Others are for the browser to read, which
// takes ten times as long.
const PLAIN_ADDRESS = /^(?:http|ws)s?:\/\/((?:[\w-]+\.)*[a-z][\w-]*)(?::\d{1,5})?(?:[/?#]|$)/i;

export const readHost = (url: unknown): string | undefined =>
  attempt(() => {
    const plain = PLAIN_ADDRESS.exec(url as string);
    if (plain) return plain[1]!.toLowerCase(); // the pattern has one group
    if (/^data:/i.test(url as string)) return ''; // which may be very long
    return new URL(url as string, getRootElement().baseURI).hostname.replace(/\.$/, ''); // it throws on what the browser refuses as well
  });

/** What keeps a request to this address from being made; a host of several purposes needs them all. */
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
