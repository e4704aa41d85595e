// The search of the documentation: what it finds, in which order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DocsPage, findPassages } from '../src/reading/docs-search';

const passage = (id: string, title: string, text: string) => ({ id, title, text });

const pages: DocsPage[] = [
  {
    address: '/docs/backups',
    title: 'Back up and restore',
    passages: [
      passage('back-up-and-restore', 'Back up and restore', 'You need the database and the key.'),
      passage('restore', 'Restore', 'Start the server with the copy.'),
    ],
  },
  {
    address: '/docs/key',
    title: 'Rotate the key',
    passages: [passage('rotate-the-key', 'Rotate the key', `${'Old receipts stay valid. '.repeat(20)}RESTORE it.`)],
  },
  { address: '/docs/zh', title: '排查问题', passages: [passage('a', '排查问题', '横幅没有出现')] },
];

const find = (query: string): string[] => findPassages(pages, query).map((r) => r.address);

test('a passage with the word in its heading comes first', () => {
  assert.deepEqual(find('restore'), ['/docs/backups', '/docs/backups#restore', '/docs/key']);
});

test('every word must be there, in any case and order', () => {
  assert.deepEqual(find('KEY  database'), ['/docs/backups']);
  assert.deepEqual(find('key nothing'), []);
});

test('a query without words finds nothing', () => {
  assert.deepEqual(find(''), []);
  assert.deepEqual(find('  '), []);
});

test('Chinese is found within a sentence', () => {
  assert.deepEqual(find('没有'), ['/docs/zh']);
});

test('the excerpt is around the word', () => {
  const [, , last] = findPassages(pages, 'restore');
  assert.ok(/^….*RESTORE it\.$/.test(last?.excerpt ?? ''));
});

test('at most twelve results are listed', () => {
  const many = Array.from({ length: 50 }, (_, i) => passage(`p${i}`, 'Key', 'key'));
  assert.equal(findPassages([{ address: '/docs/many', title: 'Many', passages: many }], 'key').length, 12);
});
