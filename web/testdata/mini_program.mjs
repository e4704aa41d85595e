// Runs the component of the WeChat mini program as it is, without WeChat: Component, wx and the files of a package are
// put into its place. Arguments: the component's folder, the package's, the server, and what is tapped, in order. It
// prints what is drawn last, its events, and the requests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [component, files, server, ...taps] = process.argv.slice(2);
const storage = new Map();
const requests = [];
const waiting = [];

globalThis.wx = {
  getFileSystemManager: () => ({ readFileSync: (path) => new Uint8Array(readFileSync(join(files, path))).buffer }),
  getStorageSync: (key) => storage.get(key) ?? '',
  setStorageSync: (key, text) => void storage.set(key, text),
  getRandomValues: ({ length, success }) => {
    success({ randomValues: crypto.getRandomValues(new Uint8Array(length)).buffer });
  },
  request: ({ url, method, header, data, success, fail }) => {
    const sent = fetch(url, { method, headers: header, body: data }).then(async (r) => {
      requests.push({ url, status: r.status, decision: JSON.parse(data) });
      success({ statusCode: r.status, data: await r.json() });
    }, fail);
    waiting.push(sent);
  },
};

/** Runs a file as a mini program does. */
function run(name) {
  const module = { exports: {} };
  const source = readFileSync(join(component, name == './nod.js' ? 'dist/nod.js' : name), 'utf8');
  new Function('require', 'module', 'exports', source)(run, module, module.exports);
  if (name.endsWith('options.js')) Object.assign(module.exports, { server, folder: '.', language: 'en' });
  return module.exports;
}

let definition;
globalThis.Component = (d) => (definition = d);
run('first-layer.js');

const events = [];
const instance = {
  ...definition.methods,
  data: { ...definition.data, mustAsk: false },
  setData(change) {
    Object.assign(this.data, change);
  },
  triggerEvent: (name, detail) => events.push({ name, detail }),
};
definition.lifetimes.attached.call(instance);
for (const name of taps) {
  const line = instance.data.lines.find((l) => l.page === name);
  if (line) instance.open({ currentTarget: { dataset: line } });
  else if (!instance.data.buttons.some((b) => b.do === name)) throw new Error('there is no button ' + name);
  else await instance.tap({ currentTarget: { dataset: { do: name } } });
}
while (waiting.length) await waiting.shift();
console.log(JSON.stringify({ data: instance.data, events, requests }));
