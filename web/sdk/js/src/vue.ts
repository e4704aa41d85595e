// Consent for Vue 3. Rendered on a server, and until the component is mounted, nothing is granted: then both draw the
// same.
import {
  computed,
  type ComputedRef,
  type DefineComponent,
  defineComponent,
  h,
  onMounted,
  onUnmounted,
  type PropType,
  ref,
  type Ref,
  shallowRef,
  watchEffect,
} from 'vue';
import * as client from './index.js';

type Actions = typeof client.actions;

/** What a component gets of consent. The functions are always the same. */
export interface Consent extends Actions {
  answers: Readonly<Ref<client.Answers>>; // empty until the script is ready
  has: (id: client.ConsentId) => boolean; // in a template or computed value, it follows changes
}

/** The answers, and what a visitor can do. Call it in the setup of a component. */
export function useConsent(): Consent {
  const { subscribe, getSnapshot, getServerSnapshot } = client.store;
  const answers = shallowRef(getServerSnapshot());
  let stop: (() => void) | undefined;
  onMounted(() => {
    stop = subscribe(() => (answers.value = getSnapshot()));
    answers.value = getSnapshot();
  });
  onUnmounted(() => stop?.());
  return { answers, has: (id) => answers.value != getServerSnapshot() && client.has(id), ...client.actions };
}

/** Whether all of these purposes or services are granted. Call it in the setup of a component. */
export function useGranted(getIds: () => client.ConsentId | client.ConsentId[]): ComputedRef<boolean> {
  const { answers, has } = useConsent();
  return computed(() => {
    const ids = getIds();
    return !!answers.value && (Array.isArray(ids) ? ids.every(has) : has(ids));
  });
}

const idsType = [String, Array] as PropType<client.PurposeId | client.PurposeId[]>;

// The types of the components name their properties by interfaces: what defineComponent infers would have any string
// for the ids, and the compiler would accept those that the site does not have.

export interface GateProps {
  purpose: client.PurposeId | client.PurposeId[];
}

/** Renders its default slot while the purposes are granted, and the slot "fallback" otherwise. */
export const Gate = defineComponent({
  name: 'ConsentGate',
  props: { purpose: { type: idsType, required: true } },
  setup(props, { slots }) {
    const isGranted = useGranted(() => props.purpose);
    return () => (isGranted.value ? slots['default']?.() : slots['fallback']?.());
  },
}) as unknown as DefineComponent<GateProps>;

export interface ConsentScriptProps extends GateProps {
  service?: client.ServiceId;
  src: string;
  nonce?: string;
  type?: 'module';
}

/** Adds a third-party script to the page that runs once its purposes are granted. What ran stays when the component
 * goes. */
export const ConsentScript = defineComponent({
  name: 'ConsentScript',
  props: {
    purpose: { type: idsType, required: true },
    service: String,
    src: { type: String, required: true },
    nonce: String,
    type: String as PropType<'module'>,
  },
  setup(props) {
    onMounted(() =>
      watchEffect((onCleanup) => {
        const { purpose, service, src, nonce, type } = props;
        onCleanup(
          client.addScript({
            purpose,
            src,
            ...(service && { service: service as client.ServiceId }),
            ...(nonce && { nonce }),
            ...(type && { type }),
          }),
        );
      }),
    );
    return () => null;
  },
}) as unknown as DefineComponent<ConsentScriptProps>;

export interface ConsentFrameProps extends GateProps {
  service?: client.ServiceId;
  src: string;
  boxClass?: string; // of the element around the frame
}

/** A frame that loads once its purposes are granted. Until then the visitor sees a placeholder. It is made in the
 * browser only, because the placeholder is a neighbour that Vue does not know. Attributes are those of the frame. */
export const ConsentFrame = defineComponent({
  name: 'ConsentFrame',
  inheritAttrs: false,
  props: {
    purpose: { type: idsType, required: true },
    service: String,
    src: { type: String, required: true },
    boxClass: String,
  },
  setup(props, { attrs }) {
    const isMounted = ref(false);
    onMounted(() => (isMounted.value = true));
    return () => {
      const tags = {
        'data-category': client.joinIds(props.purpose),
        'data-service': props.service,
        'data-src': props.src,
      };
      return h('div', { class: props.boxClass }, isMounted.value ? [h('iframe', { ...attrs, ...tags })] : []);
    };
  },
}) as unknown as DefineComponent<ConsentFrameProps>;
