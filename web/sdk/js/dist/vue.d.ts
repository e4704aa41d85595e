import { type ComputedRef, type DefineComponent, type Ref } from 'vue';
import * as client from './index.js';
type Actions = typeof client.actions;
/** What a component gets of consent. The functions are always the same. */
export interface Consent extends Actions {
    answers: Readonly<Ref<client.Answers>>;
    has: (id: client.ConsentId) => boolean;
}
/** The answers, and what a visitor can do. Call it in the setup of a component. */
export declare function useConsent(): Consent;
/** Whether all of these purposes or services are granted. Call it in the setup of a component. */
export declare function useGranted(getIds: () => client.ConsentId | client.ConsentId[]): ComputedRef<boolean>;
export interface GateProps {
    purpose: client.PurposeId | client.PurposeId[];
}
/** Renders its default slot while the purposes are granted, and the slot "fallback" otherwise. */
export declare const Gate: DefineComponent<GateProps>;
export interface ConsentScriptProps extends GateProps {
    service?: client.ServiceId;
    src: string;
    nonce?: string;
    type?: 'module';
}
/** Adds a third-party script to the page that runs once its purposes are granted. What ran stays when the component
 * goes. */
export declare const ConsentScript: DefineComponent<ConsentScriptProps>;
export interface ConsentFrameProps extends GateProps {
    service?: client.ServiceId;
    src: string;
    boxClass?: string;
}
/** A frame that loads once its purposes are granted. Until then the visitor sees a placeholder. It is made in the
 * browser only, because the placeholder is a neighbour that Vue does not know. Attributes are those of the frame. */
export declare const ConsentFrame: DefineComponent<ConsentFrameProps>;
export {};
