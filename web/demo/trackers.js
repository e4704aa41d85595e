// Tries to send to a tracker of each purpose in every way, and shows what happens: what the script stopped or holds, by
// its events, and what arrived, by what the trackers report.
const main = document.querySelector('main');
const names = JSON.parse(main.dataset.names);
const zh = document.documentElement.lang.startsWith('zh');
const run = Math.random().toString(36).slice(2);
const words = zh
  ? {
      granted: '已同意', denied: '已拒绝', unasked: '未选择',
      fetch: 'fetch 请求', xhr: 'XMLHttpRequest', sendBeacon: '离开页面时的消息（sendBeacon）',
      img: '网络 beacon（图片）', script: '脚本', iframe: '嵌入页面', WebSocket: '持续连接（WebSocket）',
      tried: (what, who) => `${what} → “${who}”`,
      stopped: '已拦截', held: '等待您的选择', arrived: '已送达', open: '已发出',
    }
  : {
      granted: 'accepted', denied: 'rejected', unasked: 'not chosen',
      fetch: 'A request (fetch)', xhr: 'A request (XMLHttpRequest)', sendBeacon: 'A message on leaving (sendBeacon)',
      img: 'A web beacon (image)', script: 'A script', iframe: 'An embedded page',
      WebSocket: 'A lasting connection (WebSocket)',
      tried: (what, who) => `${what} for “${who}”`,
      stopped: 'stopped', held: 'waits for your answer', arrived: 'arrived', open: 'sent',
    };

const policy = window.trustedTypes && trustedTypes.createPolicy('demo', { createScriptURL: (s) => s });
const place = () => document.body.appendChild(Object.assign(document.createElement('div'), { hidden: true }));
const ways = {
  fetch: (to) => fetch(to, { mode: 'no-cors' }).catch(() => {}),
  xhr: (to) => {
    const x = new XMLHttpRequest();
    x.open('GET', to);
    x.send();
  },
  sendBeacon: (to) => navigator.sendBeacon(to),
  img: (to) => (new Image().src = to),
  script: (to) => {
    const s = document.createElement('script');
    s.src = policy ? policy.createScriptURL(to + '&as=script') : to + '&as=script';
    place().append(s);
  },
  iframe: (to) => {
    const f = document.createElement('iframe');
    f.src = to + '&as=frame';
    place().append(f);
  },
  WebSocket: (to) => new WebSocket(to.replace('http', 'ws')),
};

const attempts = []; // {id, purpose, way, state}
let current; // the attempt that is being made
let count = 0;

function send() {
  for (const purpose of Object.keys(nod.answers()))
    for (const way of Object.keys(ways)) {
      current = { id: ++count, purpose, way, state: 'open' };
      attempts.push(current);
      try {
        const host = `http://${purpose}${main.dataset.trackers}${main.dataset.base}`;
        ways[way](`${host}/demo/collect?run=${run}&id=${current.id}`);
      } catch {
        // a browser that has no such way
      }
      current = undefined;
    }
  draw();
}

nod.on('blocked', (what) => {
  // Nobody waits for an answer that was given.
  if (current) current.state = what.held && nod.answers()[current.purpose] == 'unasked' ? 'held' : 'stopped';
});

async function look() {
  try {
    const arrived = await (await fetch(`${main.dataset.base}/demo/collected?run=${run}`)).json();
    for (const { id } of arrived) {
      const a = attempts[id - 1];
      if (a) a.state = 'arrived';
    }
    draw();
  } catch {
    // the next time
  }
}

const cell = (text, kind = 'td') => Object.assign(document.createElement(kind), { textContent: text });
let drawn = '';

/** Shows a dot for each request, behind the wall or beyond it. */
function drawWall() {
  for (const part of main.querySelectorAll('.wall > div')) {
    const of = attempts.filter((a) => a.state == part.dataset.state);
    part.querySelector('.number').textContent = of.length;
    const dots = part.querySelector('.dots');
    while (dots.childElementCount > of.length) dots.lastChild.remove();
    while (dots.childElementCount < of.length) dots.append(document.createElement('i'));
  }
}

function draw() {
  const answers = nod.answers();
  const state = JSON.stringify([answers, attempts]);
  if (state == drawn) return;
  drawn = state;
  document.getElementById('sums').replaceChildren(
    ...Object.entries(answers).map(([id, answer]) => {
      const row = document.createElement('tr');
      const of = attempts.filter((a) => a.purpose == id);
      const sum = (s) => of.filter((a) => a.state == s).length;
      const name = cell(names[id] || id, 'th');
      name.scope = 'row';
      const isRequired = answer == 'granted' && main.dataset.required.split(' ').includes(id);
      const said = cell(isRequired ? main.dataset.always : words[answer]);
      said.dataset.state = answer;
      row.append(name, said, cell(of.length), cell(sum('stopped')), cell(sum('held')), cell(sum('arrived')));
      return row;
    }),
  );
  drawWall();
  document.getElementById('log').replaceChildren(
    ...attempts
      .map((a) => {
        const line = document.createElement('li');
        line.append(cell(words.tried(words[a.way], names[a.purpose] || a.purpose), 'span'), cell(words[a.state], 'b'));
        line.lastChild.dataset.state = a.state;
        return line;
      })
      .reverse(),
  );
}

document.getElementById('again').addEventListener('click', send);
nod.on('change', () => {
  for (const a of attempts) {
    if (a.state == 'held' && !nod.has(a.purpose) && nod.answers()[a.purpose] == 'denied') a.state = 'stopped';
  }
  setTimeout(send); // once all listeners were called
});
send();
setInterval(look, 500);
