// The application of react.js in Vue.
import { ConsentFrame, ConsentScript, Gate, useConsent } from '@nod-consent/client/vue';
import { createSSRApp, defineComponent, h, ref } from 'vue';
import { renderToString } from 'vue/server-renderer';

const Page = defineComponent({
  props: ['script', 'frame'],
  setup(props) {
    const { answers, has, rejectAll } = useConsent();
    return () => h('main', [
      h('p', { id: 'state' }, `${answers.value.analytics} ${has('analytics')}`),
      h(Gate, { purpose: 'analytics' }, {
        default: () => h('p', { id: 'open' }, 'open'),
        fallback: () => h('p', { id: 'closed' }, 'closed'),
      }),
      h(ConsentScript, { purpose: 'analytics', src: props.script }),
      h(ConsentFrame, { purpose: 'analytics', src: props.frame, title: 'A frame' }),
      h('button', { id: 'refuse', onClick: rejectAll }, 'refuse'),
    ]);
  },
});

const makeApp = (addresses) => createSSRApp({
  setup() {
    const isHere = ref(true);
    return () => h('div', [
      h('button', { id: 'route', onClick: () => (isHere.value = !isHere.value) }, 'go'),
      isHere.value ? h(Page, addresses) : null,
    ]);
  },
});

export const render = (addresses) => renderToString(makeApp(addresses));

export function start(root, addresses) {
  window.mismatches = 0;
  const app = makeApp(addresses);
  app.config.warnHandler = (text) => (window.mismatches += /hydration/i.test(text) ? 1 : 0);
  app.mount(root);
}
