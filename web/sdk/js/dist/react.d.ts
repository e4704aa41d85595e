import { type ComponentPropsWithoutRef, type ReactNode } from 'react';
import * as client from './index.js';
type Actions = typeof client.actions;
/** What a component gets of consent. The functions are always the same. */
export interface Consent extends Actions {
    answers: client.Answers;
    has: (id: client.ConsentId) => boolean;
}
/** The answers, and what a visitor can do. The component renders again when an answer changes. */
export declare function useConsent(): Consent;
/** Whether all of these purposes or services are granted. */
export declare function useGranted(ids: client.ConsentId | client.ConsentId[]): boolean;
export interface ConsentProviderProps {
    /** The address of consent.js, if the page has no tag for it in its head. Earlier scripts are not held back. */
    src?: string;
    nonce?: string;
    children?: ReactNode;
}
/** Adds the tag of consent.js to a page that has none. The other components work without it where the page has one. */
export declare function ConsentProvider({ src, nonce, children }: ConsentProviderProps): ReactNode;
export interface GateProps {
    /** All of these must be granted. */
    purpose: client.ConsentId | client.ConsentId[];
    /** Shown until then. */
    fallback?: ReactNode;
    children?: ReactNode;
}
/** Renders its children while the purposes are granted. */
export declare function Gate({ purpose, fallback, children }: GateProps): ReactNode;
/** Adds a third-party script to the page that runs once its purposes are granted. What ran stays when the component
 * goes. */
export declare function ConsentScript({ purpose, service, src, nonce, type }: client.TaggedScript): ReactNode;
export interface ConsentFrameProps extends Omit<ComponentPropsWithoutRef<'iframe'>, 'src'> {
    purpose: client.PurposeId | client.PurposeId[];
    service?: client.ServiceId;
    src: string;
    /** Of the box that holds the frame, or what the visitor sees instead of it. */
    boxClassName?: string;
}
/** A frame that loads once its purposes are granted. Until then the visitor sees a placeholder. It is made in the
 * browser only, because the placeholder is a neighbour that React does not know. */
export declare function ConsentFrame({ purpose, service, src, boxClassName, ...rest }: ConsentFrameProps): ReactNode;
export {};
