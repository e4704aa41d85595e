// The script of the page for administrators: it asks the admin API and shows what that says. Whatever comes from there
// is text.
interface SiteInfo {
  id: string;
  versions: string[];
  purposes: string[];
}
interface RecordRow {
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

const getElement = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
// Each table of the page has a body.
const getTableBody = (id: string): HTMLTableSectionElement => getElement<HTMLTableElement>(id).tBodies[0]!;
const query = getElement<HTMLFormElement>('query');
const getField = (name: string): HTMLSelectElement => query.elements.namedItem(name) as HTMLSelectElement;
let token = '';
let sites: SiteInfo[] = [];
let nextLeaf = 0; // the search continues below this leaf
let currentRequest = new AbortController(); // a newer request aborts it, so that only the last answer is shown

async function fetchJSON<T>(path: string): Promise<T> {
  const { signal } = currentRequest;
  const answer = await fetch(path, { headers: { authorization: 'Bearer ' + token }, cache: 'no-store', signal });
  const body = (await answer.json()) as T & { detail?: string };
  signal.throwIfAborted();
  if (!answer.ok) throw new Error(body.detail || answer.statusText);
  return body;
}

function showStatus(text: string, failed = false): void {
  getElement('status').textContent = text;
  getElement('status').classList.toggle('failed', failed);
}

/** Runs f and shows how it goes, unless something newer runs by then. */
const withStatus = (doing: string, f: () => Promise<void>) => async (e?: Event) => {
  e?.preventDefault();
  currentRequest.abort();
  const request = (currentRequest = new AbortController());
  showStatus(doing);
  let problem = '';
  try {
    await f();
  } catch (err) {
    problem = (err as Error).message;
  }
  if (request == currentRequest) showStatus(problem, !!problem);
};

function addCells(row: HTMLTableRowElement, texts: string[]): void {
  for (const t of texts) row.insertCell().textContent = t;
}

function setOptions(select: HTMLSelectElement, values: string[], any: boolean): void {
  select.replaceChildren(...(any ? [new Option('any', '')] : []), ...values.map((v) => new Option(v, v)));
}

const formatTime = (text: string): string => new Date(text).toISOString().slice(0, 19).replace('T', ' ');
const listStates = (states?: Record<string, string>): string[] =>
  Object.entries(states || {})
    .sort()
    .map(([id, state]) => id + ' ' + state);

/** The parameters of the query that are set. */
function readParameters(names: string[]): URLSearchParams {
  const p = new URLSearchParams();
  for (const n of names) if (getField(n).value) p.set(n, getField(n).value.trim());
  return p;
}

/** Shows each answer as a label of its own. */
function addAnswers(row: HTMLTableRowElement, answers: string[]): void {
  const cell = row.insertCell();
  answers.forEach((text, i) => {
    const label = document.createElement('span');
    label.className = 'answer' + (text.endsWith(' granted') ? ' granted' : '');
    label.textContent = text;
    cell.append(i ? ' ' : '', label);
  });
}

async function searchRecords(): Promise<void> {
  const p = readParameters(['from', 'to', 'subject', 'action', 'platform', 'policy', 'purpose', 'state']);
  if (nextLeaf) p.set('below', nextLeaf + '');
  const found = await fetchJSON<{ records: RecordRow[]; next?: number }>(
    encodeURIComponent(getField('site').value) + '/records?' + p,
  );
  const body = getTableBody('records');
  if (!nextLeaf) body.replaceChildren();
  for (const r of found.records) {
    const row = body.insertRow();
    addCells(row, [formatTime(r.received_at), r.subject, r.action + (r.restricted ? ' (restricted)' : '')]);
    addAnswers(row, [...listStates(r.answers), ...listStates(r.services)]);
    addCells(row, [r.policy, r.platform, r.leaf_index + '']);
  }
  if (!body.rows.length) {
    const cell = body.insertRow().insertCell();
    cell.textContent = 'None.';
    cell.colSpan = 7;
  }
  nextLeaf = found.next || 0;
  getElement('more').hidden = !nextLeaf;
}

function makeTable(caption: string, rows: [string, ...number[]][], heads: string[]): HTMLTableElement {
  const t = document.createElement('table');
  t.createCaption().textContent = caption;
  const head = t.createTHead().insertRow();
  for (const h of ['', ...heads]) {
    const cell = document.createElement(h ? 'th' : 'td');
    if (h) cell.setAttribute('scope', 'col');
    cell.textContent = h;
    head.append(cell);
  }
  const body = t.createTBody();
  for (const [name, ...numbers] of rows) addCells(body.insertRow(), [name, ...numbers.map(String)]);
  return t;
}

/** Sorts counts by name, so that a purpose is in the same row each time. */
const sortByName = <T>(counted: Record<string, T>): [string, T][] =>
  Object.entries(counted).sort(([a], [b]) => (a < b ? -1 : 1));

/** What a reader looks for first, as shares of all records. */
function showFigures({ records, actions, gpc }: Statistics): void {
  const share = (n = 0): string => (records ? Math.round((100 * n) / records) + ' %' : '–');
  const figures: [string, string][] = [
    ['Records', records.toLocaleString('en')],
    ['Rejected all', share(actions['reject_all'])],
    ['Accepted all', share(actions['accept_all'])],
    ['Chose', share(actions['save'])],
    ['Withdrew', share(actions['withdraw'])],
    ['With Global Privacy Control', share(gpc)],
  ];
  getElement('figures').replaceChildren(
    ...figures.map(([name, value]) => {
      const figure = document.createElement('div');
      figure.append(
        Object.assign(document.createElement('dt'), { textContent: name }),
        Object.assign(document.createElement('dd'), { textContent: value }),
      );
      return figure;
    }),
  );
}

async function showStatistics(): Promise<void> {
  const s = await fetchJSON<Statistics>(
    encodeURIComponent(getField('site').value) + '/statistics?' + readParameters(['from', 'to']),
  );
  showFigures(s);
  const simple = (caption: string, c: Counts): HTMLTableElement => makeTable(caption, sortByName(c), ['records']);
  const purposes = sortByName(s.purposes).map(([id, c]): [string, number, number] => [
    id,
    c['granted'] || 0,
    c['denied'] || 0,
  ]);
  const days = sortByName(s.days).reverse().slice(0, 31);
  const tables = [
    simple('Actions', s.actions),
    makeTable('Purposes and services', purposes, ['granted', 'denied']),
    makeTable('Days, the last first', days, ['records']),
    simple('Versions', s.policies),
    simple('Platforms', s.platforms),
    simple('Languages', s.languages),
  ];
  getElement('statistics').replaceChildren(
    ...tables
      .filter((t) => t.rows.length > 1)
      .map((t) => {
        const card = document.createElement('div');
        card.append(t);
        return card;
      }),
  );
}

async function showActions(): Promise<void> {
  const { actions } = await fetchJSON<{
    actions: { at: string; action: string; site: string; records: number }[] | null;
  }>('actions');
  const body = getTableBody('actions');
  body.replaceChildren();
  for (const a of actions || []) addCells(body.insertRow(), [formatTime(a.at), a.action, a.site, a.records + '']);
}

async function readAll(): Promise<void> {
  nextLeaf = 0;
  await searchRecords();
  await showStatistics();
  await showActions();
}

function updateFilters(): void {
  const site = sites.find((s) => s.id == getField('site').value);
  setOptions(getField('policy'), site?.versions || [], true);
  setOptions(getField('purpose'), site?.purposes || [], true);
}

getElement('entry').addEventListener(
  'submit',
  withStatus('Reading …', async () => {
    token = getElement<HTMLInputElement>('token').value;
    sites = await fetchJSON<SiteInfo[]>('sites');
    getElement<HTMLInputElement>('token').value = '';
    getElement('entry').hidden = true;
    getElement('reading').hidden = false;
    setOptions(
      getField('site'),
      sites.map((s) => s.id),
      false,
    );
    updateFilters();
    getField('site').focus();
    await readAll();
  }),
);
getField('site').addEventListener(
  'change',
  withStatus('Reading …', async () => {
    updateFilters();
    await readAll();
  }),
);
query.addEventListener('submit', withStatus('Searching …', readAll));
getElement('more').addEventListener('click', withStatus('Searching …', searchRecords));
export {};
