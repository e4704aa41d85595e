import {
  createElement,
  Fragment,
  useEffect,
  useState,
  useSyncExternalStore
} from "react";
import * as client from "./index.js";
function useConsent() {
  const { subscribe, getSnapshot, getServerSnapshot } = client.store;
  const answers = useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot);
  const isHydrated = answers != getServerSnapshot();
  return { answers, has: (id) => isHydrated && client.has(id), ...client.actions };
}
function useGranted(ids) {
  return useSyncExternalStore(client.store.subscribe, () => client.hasAll(ids), isGrantedOnServer);
}
const isGrantedOnServer = () => false;
function ConsentProvider({ src, nonce, children }) {
  useEffect(() => {
    if (src) client.addTag(src, nonce);
  }, [src, nonce]);
  return createElement(Fragment, null, children);
}
function Gate({ purpose, fallback = null, children }) {
  return createElement(Fragment, null, useGranted(purpose) ? children : fallback);
}
function ConsentScript({ purpose, service, src, nonce, type }) {
  const ids = client.joinIds(purpose);
  useEffect(
    () => client.addScript({
      purpose: ids.split(" "),
      src,
      ...service && { service },
      ...nonce && { nonce },
      ...type && { type }
    }),
    [ids, service, src, nonce, type]
  );
  return null;
}
function ConsentFrame({ purpose, service, src, boxClassName, ...rest }) {
  const [isMounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  const tags = { "data-category": client.joinIds(purpose), "data-service": service, "data-src": src };
  return createElement("div", { className: boxClassName }, isMounted && createElement("iframe", { ...rest, ...tags }));
}
export {
  ConsentFrame,
  ConsentProvider,
  ConsentScript,
  Gate,
  useConsent,
  useGranted
};
