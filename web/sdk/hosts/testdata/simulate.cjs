// Runs the component of the mini program in WeChat's own simulator, and prints what a person saw and what was done, as
// JSON. Its arguments are the folder of the component and that of the app's files.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Window } = require('happy-dom');

// The simulator draws with the DOM of a browser.
const page = new Window({ url: 'https://servicewechat.com/' });
for (const name of Object.getOwnPropertyNames(page)) if (!(name in global)) global[name] = page[name];
const { document, Event, CustomEvent } = page; // Node has events of its own, which elements refuse
Object.assign(global, { window: page, document, Event, CustomEvent });
const simulate = require('miniprogram-simulate');

const [component, files] = process.argv.slice(2);
const stored = {};
const requests = [];

const readFile = (path) => {
  const content = readFileSync(join(files, path));
  return content.buffer.slice(content.byteOffset, content.byteOffset + content.length);
};
global.wx = {
  getFileSystemManager: () => ({ readFileSync: readFile }),
  getStorageSync: (key) => stored[key] ?? '',
  setStorageSync: (key, text) => {
    stored[key] = text;
  },
  getRandomValues: ({ length, success }) => success({ randomValues: new Uint8Array(length).fill(7).buffer }),
  request: (options) => {
    requests.push(options.url);
    options.fail?.({ errMsg: 'request:fail' }); // the phone is offline
  },
};

const id = simulate.load(join(component, 'first-layer'), { rootPath: component });
const settle = () => new Promise((done) => setTimeout(done, 50));

/** Starts the mini program: its first page has the component. */
async function start(properties) {
  const layer = simulate.render(id, properties);
  const at = page.document.createElement('div');
  page.document.body.append(at);
  const done = [];
  layer.addEventListener('done', (e) => done.push(e.detail.agreed));
  layer.attach(at);
  await settle();
  const look = () => ({
    text: at.textContent,
    buttons: [...at.querySelectorAll('wx-button, button')].map((b) => b.textContent),
    done: [...done],
    stored: Object.keys(stored).sort(),
    requests: [...requests],
  });
  const tap = async (action) => {
    const buttons = layer.querySelectorAll('.button');
    const index = layer.data.buttons.findIndex((b) => b.do == action);
    buttons[index].dispatchEvent('tap');
    await settle();
    return look();
  };
  return { look, tap };
}

async function run() {
  const seen = {};
  const first = await start();
  seen.first = first.look();
  seen.refused = await first.tap('disagree');
  seen.later = (await start()).look();
  const menu = await start({ mustAsk: true });
  seen.menu = menu.look();
  seen.agreed = await menu.tap('agree');
  seen.last = (await start()).look();
  console.log(JSON.stringify(seen));
}

run();
