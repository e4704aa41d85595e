import { type ComputedRef, type PropType, type Ref } from 'vue';
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
/** Renders its default slot while the purposes are granted, and the slot "fallback" otherwise. */
export declare const Gate: import("vue").DefineComponent<import("vue").ExtractPropTypes<{
    purpose: {
        type: PropType<string | string[]>;
        required: true;
    };
}>, () => import("vue").VNode<import("vue").RendererNode, import("vue").RendererElement, {
    [key: string]: any;
}>[] | undefined, {}, {}, {}, import("vue").ComponentOptionsMixin, import("vue").ComponentOptionsMixin, {}, string, import("vue").PublicProps, Readonly<import("vue").ExtractPropTypes<{
    purpose: {
        type: PropType<string | string[]>;
        required: true;
    };
}>> & Readonly<{}>, {}, {}, {}, {}, string, import("vue").ComponentProvideOptions, true, {}, any>;
/** Adds a third-party script to the page that runs once its purposes are granted. What ran stays when the component
 * goes. */
export declare const ConsentScript: import("vue").DefineComponent<import("vue").ExtractPropTypes<{
    purpose: {
        type: PropType<string | string[]>;
        required: true;
    };
    service: StringConstructor;
    src: {
        type: StringConstructor;
        required: true;
    };
    nonce: StringConstructor;
    type: PropType<"module">;
}>, () => null, {}, {}, {}, import("vue").ComponentOptionsMixin, import("vue").ComponentOptionsMixin, {}, string, import("vue").PublicProps, Readonly<import("vue").ExtractPropTypes<{
    purpose: {
        type: PropType<string | string[]>;
        required: true;
    };
    service: StringConstructor;
    src: {
        type: StringConstructor;
        required: true;
    };
    nonce: StringConstructor;
    type: PropType<"module">;
}>> & Readonly<{}>, {}, {}, {}, {}, string, import("vue").ComponentProvideOptions, true, {}, any>;
/** A frame that loads once its purposes are granted. Until then the visitor sees a placeholder. It is made in the
 * browser only, because the placeholder is a neighbour that Vue does not know. Attributes are those of the frame. */
export declare const ConsentFrame: import("vue").DefineComponent<import("vue").ExtractPropTypes<{
    purpose: {
        type: PropType<string | string[]>;
        required: true;
    };
    service: StringConstructor;
    src: {
        type: StringConstructor;
        required: true;
    };
    boxClass: StringConstructor;
}>, () => import("vue").VNode<import("vue").RendererNode, import("vue").RendererElement, {
    [key: string]: any;
}>, {}, {}, {}, import("vue").ComponentOptionsMixin, import("vue").ComponentOptionsMixin, {}, string, import("vue").PublicProps, Readonly<import("vue").ExtractPropTypes<{
    purpose: {
        type: PropType<string | string[]>;
        required: true;
    };
    service: StringConstructor;
    src: {
        type: StringConstructor;
        required: true;
    };
    boxClass: StringConstructor;
}>> & Readonly<{}>, {}, {}, {}, {}, string, import("vue").ComponentProvideOptions, true, {}, any>;
export {};
