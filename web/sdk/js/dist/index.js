const NO_ANSWERS = Object.freeze({});
const getPageAPI = () => typeof window != "undefined" && window.nod || {};
function call(...named) {
  if (typeof window == "undefined") return;
  const api = getPageAPI();
  if (typeof api.push == "function") api.push(named);
  else window.nod = [named];
}
const has = (id) => getPageAPI().has?.(id) === true;
const getAnswers = () => getPageAPI().answers?.() || NO_ANSWERS;
const getReceipt = () => getPageAPI().receipt?.() || null;
const showBanner = () => call("show");
const openPreferences = () => call("preferences");
const acceptAll = () => call("acceptAll");
const rejectAll = () => call("rejectAll");
const save = (choice) => call("save", choice);
const withdraw = (...purposes) => call("withdraw", ...purposes[0] ? [purposes] : []);
const actions = { acceptAll, rejectAll, save, withdraw, openPreferences, showBanner };
const listeners = /* @__PURE__ */ new Map();
const lastDetails = /* @__PURE__ */ new Map();
function on(event, listener) {
  let all = listeners.get(event);
  if (!all) {
    listeners.set(event, all = /* @__PURE__ */ new Set());
    all.add(listener);
    call("on", event, (detail) => notify(event, detail));
  } else {
    all.add(listener);
    if (lastDetails.has(event)) run(listener, lastDetails.get(event));
  }
  return () => void all.delete(listener);
}
function notify(event, detail) {
  lastDetails.set(event, detail);
  for (const listener of [...listeners.get(event) || []]) run(listener, detail);
}
function run(listener, detail) {
  try {
    listener(detail);
  } catch (e) {
    setTimeout(() => {
      throw e;
    });
  }
}
let snapshot = NO_ANSWERS;
let snapshotText = "{}";
let isWatching = false;
function updateSnapshot(answers, mustReplace) {
  const text = JSON.stringify(answers);
  if (!mustReplace && text == snapshotText) return;
  snapshot = { ...answers };
  snapshotText = text;
}
const store = {
  /** Calls the listener after each change. The result stops that. */
  subscribe(listener) {
    if (!isWatching) {
      isWatching = true;
      on("ready", (answers) => updateSnapshot(answers, true));
      on("change", (answers) => updateSnapshot(answers, true));
    }
    const stops = [on("ready", listener), on("change", listener)];
    return () => stops.forEach((stop) => void stop());
  },
  getSnapshot() {
    if (!isWatching) updateSnapshot(getAnswers(), false);
    return snapshot;
  },
  getServerSnapshot: () => NO_ANSWERS
};
function addTag(src, nonce = "") {
  if (typeof document == "undefined" || typeof getPageAPI().has == "function") return;
  for (const { src: other } of document.scripts) if (/\/consent(\.[\w-]+)?\.js(\?|$)/.test(other)) return;
  const tag = document.createElement("script");
  tag.src = src;
  tag.crossOrigin = "anonymous";
  if (nonce) tag.nonce = nonce;
  document.head.append(tag);
}
const added = /* @__PURE__ */ new Map();
function addScript(script) {
  if (typeof document == "undefined") return () => {
  };
  const { src } = script;
  const entry = added.get(src) || { element: makeTaggedScript(script), users: 0 };
  entry.users++;
  if (!entry.element.isConnected) document.head.append(entry.element);
  added.set(src, entry);
  return () => {
    if (--entry.users || entry.element.dataset["nod"] == "ran") return;
    entry.element.remove();
    added.delete(src);
  };
}
function makeTaggedScript({ purpose, service, src, nonce, type }) {
  const e = document.createElement("script");
  e.type = "text/plain";
  Object.assign(e.dataset, { category: joinIds(purpose), src, ...service && { service }, ...type && { type } });
  if (nonce) e.nonce = nonce;
  return e;
}
const joinIds = (ids) => Array.isArray(ids) ? ids.join(" ") : ids;
const hasAll = (ids) => Array.isArray(ids) ? ids.every(has) : has(ids);
export {
  acceptAll,
  actions,
  addScript,
  addTag,
  getAnswers,
  getReceipt,
  has,
  hasAll,
  joinIds,
  on,
  openPreferences,
  rejectAll,
  save,
  showBanner,
  store,
  withdraw
};
