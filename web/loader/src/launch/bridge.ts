// The protocol between an app and the page that it shows: JSON with a type and the version 1. assets/schema/bridge.json
// describes it too, and assets/docs/app.md explains how each kind of app sends and receives it.
import type { Answers, State } from '../core/config';
import { findParentOrigin, listenToHost, sendToHost } from '../core/native-host';

export const VERSION = 1;
const MAX_LENGTH = 65536; // characters of a message
const MAX_PER_SECOND = 50; // messages in a second that are heard

/** The state of a permission in the operating system. */
export type SystemState = 'granted' | 'denied' | 'prompt' | 'unknown';

/** An enterprise that manages the app for its members. It may block purposes, and grants none. */
export interface Tenant {
  id: string; // '' if the server would refuse it
  name: string;
  contact: string;
  denied: string[];
}

interface HelloMessage {
  type: 'nod:hello';
  platform?: string | undefined;
  permissions?: Record<string, SystemState>;
  tenant?: Tenant | undefined;
  large?: boolean;
}
interface PermissionMessage {
  type: 'nod:permission';
  permission: string;
  state?: SystemState;
  re?: string;
}
interface SDKMessage {
  type: 'nod:sdk';
  sdk: string;
  ask?: boolean; // the app needs it: its purpose is asked for, if that has no answer
  re?: string;
}
interface ThemeMessage {
  type: 'nod:theme';
  scheme: 'light' | 'dark' | 'auto' | undefined;
  large?: boolean;
}
interface BackMessage {
  type: 'nod:back';
}
/** From the app. */
export type AppMessage = HelloMessage | PermissionMessage | SDKMessage | ThemeMessage | BackMessage;

/** What an app stores for the page, and sets as window.nodExternal at document start. */
export interface AppData {
  cookie: string;
  subject: string;
  secret: string;
  queue: unknown[];
  receipt?: unknown;
  age?: string;
  first?: string; // the last tap in the app's own first layer that decisions were made of
}

/** To the app. */
export type PageMessage =
  | { type: 'nod:ready'; policy: string; decided: boolean; changed?: boolean; newer?: string }
  | {
      type: 'nod:decision';
      site: string;
      id: string;
      action: string;
      policy: string;
      permission?: string;
      answers: Answers;
      services: Answers;
      states: Answers;
      sdks: Answers;
      external: AppData;
    }
  | { type: 'nod:keep'; external: AppData }
  | { type: 'nod:permission'; permission: string; state: State; re?: string }
  | { type: 'nod:sdk'; sdk: string; state: State; re?: string }
  | { type: 'nod:close'; reason: 'decided' | 'basic' | 'back' | 'done' }
  | { type: 'nod:openSettings'; permission?: string }
  | { type: 'nod:openURL'; url: string };

export interface Bridge {
  send: (m: PageMessage) => boolean; // returns whether an app took it
}

const warn = (problem: unknown): void => console.warn('nod: a message of the app was not understood: ' + problem);

/** The result counts a message, and returns whether there are too many in this second. */
function makeFloodGate(): () => boolean {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(performance.now() / 1e3);
    if (now != second) [second, count] = [now, 0];
    if (++count == MAX_PER_SECOND + 1)
      console.warn('nod: more than ' + MAX_PER_SECOND + ' messages in a second; the others are not heard.');
    return count > MAX_PER_SECOND;
  };
}

/** Connects to the app, if there is one. onMessage gets valid messages of this version only. */
export function connectBridge(origins: string[], onMessage: (m: AppMessage) => void): Bridge {
  const isFlooded = makeFloodGate();
  const receive = (raw: unknown): void => {
    if (isFlooded()) return;
    try {
      const m = parseMessage(raw);
      if (typeof m == 'string') warn(m);
      else if (m) onMessage(m);
    } catch (e) {
      warn(e); // an error here must not stop the app's script
    }
  };
  listenToHost(receive);
  addEventListener('message', (e) => {
    if (e.source == parent && parent != window && e.origin == findParentOrigin(origins)) receive(e.data);
  });
  // For apps that run a line of script to send a message.
  Object.defineProperty(window, 'nodReceive', { value: receive });
  return { send: (m) => sendToHost({ v: VERSION, ...m }, origins, receive) };
}

const readText = (v: unknown, most = 200): string | undefined =>
  typeof v == 'string' && v.length <= most ? v : undefined;

/** Parses a message: returns its known fields with the right types, nothing for other programs' messages, or what is
 * wrong with it. */
function parseMessage(raw: unknown): AppMessage | string | undefined {
  if (typeof raw == 'string') {
    if (raw.length > MAX_LENGTH) return 'it has more than ' + MAX_LENGTH + ' characters';
    raw = JSON.parse(raw);
  }
  const m = Object.assign(Object.create(null), raw) as Record<string, unknown>;
  const type = readText(m['type']);
  if (!type?.startsWith('nod:')) return;
  if (m['v'] !== VERSION) return 'its version is ' + m['v'] + ', and this page knows ' + VERSION;
  const large = typeof m['large'] == 'boolean' ? { large: m['large'] } : {};
  const asked = readText(m['re']);
  const re = asked ? { re: asked } : {};
  switch (type) {
    case 'nod:hello':
      return {
        type,
        platform: readText(m['platform']),
        permissions: parseStates(m['permissions']),
        tenant: parseTenant(m['tenant']),
        ...large,
      };
    case 'nod:permission':
      return { type, permission: readText(m['permission']) || '', state: parseState(m['state']), ...re };
    case 'nod:sdk':
      return { type, sdk: readText(m['sdk']) || '', ...(m['ask'] === true && { ask: true }), ...re };
    case 'nod:theme':
      return { type, scheme: (['light', 'dark', 'auto'] as const).find((s) => s == m['scheme']), ...large };
    case 'nod:back':
      return { type };
  }
  return 'an app does not send the type ' + type;
}

const parseState = (v: unknown): SystemState =>
  (['granted', 'denied', 'prompt'] as const).find((s) => s == v) || 'unknown';

function parseStates(v: unknown): Record<string, SystemState> {
  const all: Record<string, SystemState> = Object.create(null);
  if (v && typeof v == 'object')
    for (const id of Object.keys(v).slice(0, 100)) all[id] = parseState((v as Record<string, unknown>)[id]);
  return all;
}

/** Parses a tenant. Whatever else is wrong with it, what it denies counts. */
function parseTenant(v: unknown): Tenant | undefined {
  if (!v || typeof v != 'object') return;
  const { id, name, contact, denied } = v as Record<string, unknown>;
  const own = readText(id) || '';
  // An id that the server would refuse is not sent.
  const fits = !!own && new TextEncoder().encode(own).length <= 64 && !/\p{Cc}|\p{Cs}/u.test(own);
  if (!fits || !readText(name) || !Array.isArray(denied))
    console.warn('nod: the tenant wants an id of at most 64 bytes, a name, and a list of what it denies.');
  const purposes = ([] as unknown[]).concat(denied).filter((d): d is string => !!readText(d));
  return { id: fits ? own : '', name: readText(name) || own, contact: readText(contact) || '', denied: purposes };
}
