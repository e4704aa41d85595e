// Shows on the demo's pages what the visitor chose and what follows from it, by the public API only.
window.nod = window.nod || [];
function draw() {
  const list = document.getElementById('states');
  if (!list || typeof nod.answers != 'function') return;
  const zh = document.documentElement.lang.startsWith('zh');
  const words = zh
    ? { granted: '已同意', denied: '已拒绝', unasked: '未选择' }
    : { granted: 'accepted', denied: 'rejected', unasked: 'not chosen' };
  const names = JSON.parse(list.dataset.names || '{}');
  const required = (list.dataset.required || '').split(' ');
  list.replaceChildren();
  for (const [id, state] of Object.entries(nod.answers())) {
    const row = document.createElement('div');
    row.dataset.state = state;
    const name = document.createElement('dt');
    const value = document.createElement('dd');
    name.textContent = names[id] || id;
    // Nobody accepted what is required.
    value.textContent = state == 'granted' && required.includes(id) ? list.dataset.always : words[state];
    row.append(name, value);
    list.append(row);
  }
}
if (typeof nod.on == 'function') {
  nod.on('ready', draw);
  nod.on('change', draw);
}
