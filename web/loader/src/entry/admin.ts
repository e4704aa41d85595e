// The script of the page for administrators: it asks the admin API and shows what that says. Whatever comes from there is text.
interface Sited {
  id: string;
  versions: string[];
  purposes: string[];
}
interface Placed {
  received_at: string;
  subject: string;
  action: string;
  answers?: Record<string, string>;
  services?: Record<string, string>;
  policy: string;
  platform: string;
  leaf_index: number;
  restricted?: boolean;
}
type Counts = Record<string, number>;
interface Statistics {
  records: number;
  days: Counts;
  actions: Counts;
  platforms: Counts;
  policies: Counts;
  languages: Counts;
  purposes: Record<string, Counts>;
  gpc: number;
}

const get = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const bodyOf = (id: string): HTMLTableSectionElement => get<HTMLTableElement>(id).tBodies[0]!; // the page has one in each
const query = get<HTMLFormElement>('query');
const field = (name: string): HTMLSelectElement => query.elements.namedItem(name) as HTMLSelectElement;
let token = '';
let sites: Sited[] = [];
let next = 0; // leaf below which the search goes on
let asking = new AbortController(); // the reading under way: a newer one ends it, so that what is shown is what was asked for last

async function ask<T>(path: string): Promise<T> {
  const { signal } = asking;
  const answer = await fetch(path, { headers: { authorization: 'Bearer ' + token }, cache: 'no-store', signal });
  const body = (await answer.json()) as T & { detail?: string };
  signal.throwIfAborted();
  if (!answer.ok) throw new Error(body.detail || answer.statusText);
  return body;
}

function say(text: string, failed = false): void {
  get('status').textContent = text;
  get('status').classList.toggle('failed', failed);
}

/** Runs what may fail, and says so, unless something newer runs by then. */
const tried = (doing: string, f: () => Promise<void>) => async (e?: Event) => {
  e?.preventDefault();
  asking.abort();
  const mine = (asking = new AbortController());
  say(doing);
  let problem = '';
  try {
    await f();
  } catch (err) {
    problem = (err as Error).message;
  }
  if (mine == asking) say(problem, !!problem);
};

function cells(row: HTMLTableRowElement, texts: string[]): void {
  for (const t of texts) row.insertCell().textContent = t;
}

function options(select: HTMLSelectElement, values: string[], any: boolean): void {
  select.replaceChildren(...(any ? [new Option('any', '')] : []), ...values.map((v) => new Option(v, v)));
}

const time = (text: string): string => new Date(text).toISOString().slice(0, 19).replace('T', ' ');
const all = (states?: Record<string, string>): string[] =>
  Object.entries(states || {})
    .sort()
    .map(([id, state]) => id + ' ' + state);

/** The query as parameters, those that are set. */
function parameters(names: string[]): URLSearchParams {
  const p = new URLSearchParams();
  for (const n of names) if (field(n).value) p.set(n, field(n).value.trim());
  return p;
}

async function search(): Promise<void> {
  const p = parameters(['from', 'to', 'subject', 'action', 'platform', 'policy', 'purpose', 'state']);
  if (next) p.set('below', next + '');
  const found = await ask<{ records: Placed[]; next?: number }>(
    encodeURIComponent(field('site').value) + '/records?' + p,
  );
  const body = bodyOf('records');
  if (!next) body.replaceChildren();
  for (const r of found.records)
    cells(body.insertRow(), [
      time(r.received_at),
      r.subject,
      r.action + (r.restricted ? ' (restricted)' : ''),
      [...all(r.answers), ...all(r.services)].join(', '),
      r.policy,
      r.platform,
      r.leaf_index + '',
    ]);
  if (!body.rows.length) {
    const cell = body.insertRow().insertCell();
    cell.textContent = 'None.';
    cell.colSpan = 7;
  }
  next = found.next || 0;
  get('more').hidden = !next;
}

function table(caption: string, rows: [string, ...number[]][], heads: string[]): HTMLTableElement {
  const t = document.createElement('table');
  t.createCaption().textContent = caption;
  const head = t.createTHead().insertRow();
  for (const h of ['', ...heads]) {
    const th = document.createElement('th');
    th.scope = 'col';
    th.textContent = h;
    head.append(th);
  }
  const body = t.createTBody();
  for (const [name, ...numbers] of rows) cells(body.insertRow(), [name, ...numbers.map(String)]);
  return t;
}

/** What is counted, by name: the same purpose is in the same row each time. */
const byName = <T>(counted: Record<string, T>): [string, T][] =>
  Object.entries(counted).sort(([a], [b]) => (a < b ? -1 : 1));

async function count(): Promise<void> {
  const s = await ask<Statistics>(
    encodeURIComponent(field('site').value) + '/statistics?' + parameters(['from', 'to']),
  );
  const simple = (caption: string, c: Counts): HTMLTableElement => table(caption, byName(c), ['records']);
  const purposes = byName(s.purposes).map(([id, c]): [string, number, number] => [
    id,
    c['granted'] || 0,
    c['denied'] || 0,
  ]);
  const days = byName(s.days).reverse().slice(0, 31);
  const tables = [
    table(
      'All',
      [
        ['records', s.records],
        ['with Global Privacy Control', s.gpc],
      ],
      ['records'],
    ),
    simple('Actions', s.actions),
    table('Purposes and services', purposes, ['granted', 'denied']),
    table('Days, the last first', days, ['records']),
    simple('Versions', s.policies),
    simple('Platforms', s.platforms),
    simple('Languages', s.languages),
  ];
  get('statistics').replaceChildren(...tables.filter((t) => t.rows.length > 1));
}

async function trail(): Promise<void> {
  const { actions } = await ask<{ actions: { at: string; action: string; site: string; records: number }[] | null }>(
    'actions',
  );
  const body = bodyOf('actions');
  body.replaceChildren();
  for (const a of actions || []) cells(body.insertRow(), [time(a.at), a.action, a.site, a.records + '']);
}

async function read(): Promise<void> {
  next = 0;
  await search();
  await count();
  await trail();
}

function choose(): void {
  const site = sites.find((s) => s.id == field('site').value);
  options(field('policy'), site?.versions || [], true);
  options(field('purpose'), site?.purposes || [], true);
}

get('entry').addEventListener(
  'submit',
  tried('Reading …', async () => {
    token = get<HTMLInputElement>('token').value;
    sites = await ask<Sited[]>('sites');
    get<HTMLInputElement>('token').value = '';
    get('entry').hidden = true;
    get('reading').hidden = false;
    options(
      field('site'),
      sites.map((s) => s.id),
      false,
    );
    choose();
    field('site').focus();
    await read();
  }),
);
field('site').addEventListener(
  'change',
  tried('Reading …', async () => {
    choose();
    await read();
  }),
);
query.addEventListener('submit', tried('Searching …', read));
get('more').addEventListener('click', tried('Searching …', search));
export {};
