// Consent for React 18 and newer. Rendered on a server, and until the page is hydrated, nothing is granted: then both
// draw the same.
import {
  createElement,
  type ComponentPropsWithoutRef,
  Fragment,
  type ReactNode,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import * as client from './index.js';

type Actions = typeof client.actions;

/** What a component gets of consent. The functions are always the same. */
export interface Consent extends Actions {
  answers: client.Answers; // empty until the script is ready
  has: (id: client.ConsentId) => boolean;
}

/** The answers, and what a visitor can do. The component renders again when an answer changes. */
export function useConsent(): Consent {
  const { subscribe, getSnapshot, getServerSnapshot } = client.store;
  const answers = useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot);
  const isHydrated = answers != getServerSnapshot();
  return { answers, has: (id) => isHydrated && client.has(id), ...client.actions };
}

/** Whether all of these purposes or services are granted. */
export function useGranted(ids: client.ConsentId | client.ConsentId[]): boolean {
  return useSyncExternalStore(client.store.subscribe, () => client.hasAll(ids), isGrantedOnServer);
}

const isGrantedOnServer = (): boolean => false;

export interface ConsentProviderProps {
  /** The address of consent.js, if the page has no tag for it in its head. Earlier scripts are not held back. */
  src?: string;
  nonce?: string;
  children?: ReactNode;
}

/** Adds the tag of consent.js to a page that has none. The other components work without it where the page has one. */
export function ConsentProvider({ src, nonce, children }: ConsentProviderProps): ReactNode {
  useEffect(() => {
    if (src) client.addTag(src, nonce);
  }, [src, nonce]);
  return createElement(Fragment, null, children);
}

export interface GateProps {
  /** All of these must be granted. */
  purpose: client.ConsentId | client.ConsentId[];
  /** Shown until then. */
  fallback?: ReactNode;
  children?: ReactNode;
}

/** Renders its children while the purposes are granted. */
export function Gate({ purpose, fallback = null, children }: GateProps): ReactNode {
  return createElement(Fragment, null, useGranted(purpose) ? children : fallback);
}

/** Adds a third-party script to the page that runs once its purposes are granted. What ran stays when the component
 * goes. */
export function ConsentScript({ purpose, service, src, nonce, type }: client.TaggedScript): ReactNode {
  const ids = client.joinIds(purpose);
  useEffect(
    () =>
      client.addScript({
        purpose: ids.split(' ') as client.PurposeId[],
        src,
        ...(service && { service }),
        ...(nonce && { nonce }),
        ...(type && { type }),
      }),
    [ids, service, src, nonce, type],
  );
  return null;
}

export interface ConsentFrameProps extends Omit<ComponentPropsWithoutRef<'iframe'>, 'src'> {
  purpose: client.PurposeId | client.PurposeId[];
  service?: client.ServiceId;
  src: string;
  /** Of the box that holds the frame, or what the visitor sees instead of it. */
  boxClassName?: string;
}

/** A frame that loads once its purposes are granted. Until then the visitor sees a placeholder. It is made in the
 * browser only, because the placeholder is a neighbour that React does not know. */
export function ConsentFrame({ purpose, service, src, boxClassName, ...rest }: ConsentFrameProps): ReactNode {
  const [isMounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  const tags = { 'data-category': client.joinIds(purpose), 'data-service': service, 'data-src': src };
  return createElement('div', { className: boxClassName }, isMounted && createElement('iframe', { ...rest, ...tags }));
}
