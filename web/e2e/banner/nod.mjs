// Nod as a page module of a benchmark that compares consent banners in Chromium. The benchmark is not part of this
// repository. It gives the page its origin, its HTML shell and a server. The page embeds the built-in site with one
// tag. The program serves that site under an origin of its own. NOD is the program (default: bin/nod) and NOD_HOST the
// host of its origin (default: localhost, which is not the same site as the page's 127.0.0.1).
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const top = join(import.meta.dirname, '../../..');
const program = process.env.NOD || join(top, 'bin/nod');

export default {
  name: 'nod',
  async setup({ siteOrigin }) {
    const dir = mkdtempSync(join(tmpdir(), 'nod-bench-'));
    cpSync(join(top, 'assets/sites/yunzhijia'), join(dir, 'sites/yunzhijia'), { recursive: true });
    const site = join(dir, 'sites/yunzhijia/site.yaml');
    writeFileSync(site, readFileSync(site, 'utf8').replace('origins:\n', `origins:\n  - ${siteOrigin}\n`));
    const port = 20000 + (process.pid % 20000);
    const args = ['serve', '--addr', `127.0.0.1:${port}`, '--db', `sqlite:${join(dir, 'nod.db')}`,
      '--sites', join(dir, 'sites')];
    const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    server.stderr.on('data', (d) => { log += d; });
    for (let tries = 0; ; tries++) {
      if (server.exitCode !== null || tries > 100) throw new Error(`nod did not start: ${log}`);
      if (await fetch(`http://127.0.0.1:${port}/readyz`).then((r) => r.ok, () => false)) break;
      await new Promise((ok) => setTimeout(ok, 100));
    }
    return {
      origin: `http://${process.env.NOD_HOST || 'localhost'}:${port}`,
      version: 'this checkout',
      close: () => { server.kill(); rmSync(dir, { recursive: true, force: true }); },
    };
  },
  html: ({ shell, origin }) => shell({
    title: 'Nod',
    head: `<script src="${origin}/yunzhijia/consent.js?lang=en" crossorigin></script>`,
    tags: '<script type="text/plain" data-category="analytics" data-src="/gated/analytics.js"></script>\n'
      + '<img data-category="beacons" data-src="/gated/pixel.gif" width="1" height="1" alt="">',
  }),
  gated: ['/gated/analytics.js', '/gated/pixel.gif'],
  targets: {
    accept: { sel: '#nod >>> #nod-accept' },
    prefs: { sel: '#nod >>> #nod-preferences' },
    toggle: { sel: '#nod >>> #nod-form-functional' },
  },
};
