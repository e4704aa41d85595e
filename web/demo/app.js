// Plays an app: it answers the page in the frame, says what its buttons have, and shows both sides' messages.
const frame = document.querySelector('iframe');
const log = document.getElementById('log');
const hello = {
  type: 'nod:hello', platform: 'android', app: '1.0', locale: document.documentElement.lang,
  permissions: { camera: 'prompt', location: 'denied' },
};

function show(arrow, { external, ...m }) {
  const line = document.createElement('li');
  line.textContent = arrow + ' ' + JSON.stringify(m);
  log.prepend(line);
}

function say(m) {
  frame.contentWindow.postMessage({ v: 1, ...m }, location.origin);
  show('→', m);
}

addEventListener('message', (e) => {
  if (e.source != frame.contentWindow || e.origin != location.origin) return;
  show('←', e.data);
  if (e.data.type == 'nod:ready') say(hello);
});
document.addEventListener('click', (e) => {
  const { say: what } = e.target.dataset;
  if (what) say(JSON.parse(what));
  // biome-ignore lint/correctness/noSelfAssign: loads the frame again
  if (e.target.id == 'restart') frame.src = frame.src;
});
