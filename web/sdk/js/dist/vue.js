import {
  computed,
  defineComponent,
  h,
  onMounted,
  onUnmounted,
  ref,
  shallowRef,
  watchEffect
} from "vue";
import * as client from "./index.js";
function useConsent() {
  const { subscribe, getSnapshot, getServerSnapshot } = client.store;
  const answers = shallowRef(getServerSnapshot());
  let stop;
  onMounted(() => {
    stop = subscribe(() => answers.value = getSnapshot());
    answers.value = getSnapshot();
  });
  onUnmounted(() => stop?.());
  return { answers, has: (id) => answers.value != getServerSnapshot() && client.has(id), ...client.actions };
}
function useGranted(getIds) {
  const { answers, has } = useConsent();
  return computed(() => {
    const ids = getIds();
    return !!answers.value && (Array.isArray(ids) ? ids.every(has) : has(ids));
  });
}
const idsType = [String, Array];
const Gate = defineComponent({
  name: "ConsentGate",
  props: { purpose: { type: idsType, required: true } },
  setup(props, { slots }) {
    const isGranted = useGranted(() => props.purpose);
    return () => isGranted.value ? slots["default"]?.() : slots["fallback"]?.();
  }
});
const ConsentScript = defineComponent({
  name: "ConsentScript",
  props: {
    purpose: { type: idsType, required: true },
    service: String,
    src: { type: String, required: true },
    nonce: String,
    type: String
  },
  setup(props) {
    onMounted(
      () => watchEffect((onCleanup) => {
        const { purpose, service, src, nonce, type } = props;
        onCleanup(
          client.addScript({
            purpose,
            src,
            ...service && { service },
            ...nonce && { nonce },
            ...type && { type }
          })
        );
      })
    );
    return () => null;
  }
});
const ConsentFrame = defineComponent({
  name: "ConsentFrame",
  inheritAttrs: false,
  props: {
    purpose: { type: idsType, required: true },
    service: String,
    src: { type: String, required: true },
    boxClass: String
  },
  setup(props, { attrs }) {
    const isMounted = ref(false);
    onMounted(() => isMounted.value = true);
    return () => {
      const tags = {
        "data-category": client.joinIds(props.purpose),
        "data-service": props.service,
        "data-src": props.src
      };
      return h("div", { class: props.boxClass }, isMounted.value ? [h("iframe", { ...attrs, ...tags })] : []);
    };
  }
});
export {
  ConsentFrame,
  ConsentScript,
  Gate,
  useConsent,
  useGranted
};
