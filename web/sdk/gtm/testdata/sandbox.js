// An imitation of the sandbox in which Tag Manager runs the code of templates: it gives a template only the functions
// that it asks for, lets these do only what its permissions allow, and copies every value that goes in or out.
// https://developers.google.com/tag-platform/tag-manager/templates/permissions
function runTemplate(code, permissions, data) {
  const result = { defaults: [], updates: [], messages: [], succeeded: 0, failed: 0 };

  const copy = (value) => {
    if (typeof value == 'function') return (...values) => copy(value(...values.map(copy)));
    if (Array.isArray(value)) return value.map(copy);
    if (value && typeof value == 'object')
      return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, copy(v)]));
    return value;
  };

  // The rows of a permission: {key: 'nod.has', read: false, …}
  const listRows = (id, list) =>
    permissions
      .filter((p) => p.instance.key.publicId == id)
      .flatMap((p) => p.instance.param.find((param) => param.key == list).value.listItem)
      .map(({ mapKey, mapValue }) =>
        Object.fromEntries(mapKey.map((key, i) => [key.string, mapValue[i].string ?? mapValue[i].boolean])),
      );
  const need = (id, list, column, name, right) => {
    if (!listRows(id, list).some((row) => row[column] == name && row[right]))
      throw new Error(`the template has no permission to ${right} ${name}`);
  };
  const needGlobal = (name, right) => need('access_globals', 'keys', 'key', name, right);
  const writeConsent = (to) => (states) => {
    for (const signal of Object.keys(states))
      if (signal != 'wait_for_update') need('access_consent', 'consentTypes', 'consentType', signal, 'write');
    to.push(copy(states));
  };

  const functions = {
    callInWindow(path, ...values) {
      needGlobal(path, 'execute');
      const f = path.split('.').reduce((object, name) => object?.[name], window);
      return typeof f == 'function' ? copy(f(...values.map(copy))) : undefined;
    },
    createQueue(name) {
      needGlobal(name, 'read');
      needGlobal(name, 'write');
      window[name] = window[name] || [];
      return (...values) => void window[name].push(...values.map(copy));
    },
    logToConsole: (...values) => void result.messages.push(values.join(' ')),
    makeNumber: Number,
    setDefaultConsentState: writeConsent(result.defaults),
    updateConsentState: writeConsent(result.updates),
  };
  const require = (name) => {
    if (!Object.hasOwn(functions, name)) throw new Error(`the sandbox has no ${name}`);
    return functions[name];
  };
  const settings = {
    ...copy(data),
    gtmOnSuccess: () => void result.succeeded++,
    gtmOnFailure: () => void result.failed++,
  };
  result.value = new Function('require', 'data', `"use strict";${code}`)(require, settings);
  return result;
}
