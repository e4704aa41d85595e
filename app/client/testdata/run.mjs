// Runs a test program of app/client: Go's WebAssembly in Node, with happy-dom as the page.
//
//	GOOS=js GOARCH=wasm go test -exec "node testdata/run.mjs" .
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const { Window } = await import(new URL('../../../web/node_modules/happy-dom/lib/index.js', import.meta.url).href);
const page = new Window({ url: 'https://consent.example/acme/preferences?lang=en' });

const require = createRequire(import.meta.url);
Object.assign(globalThis, { fs, path, require });
require(path.join(execFileSync('go', ['env', 'GOROOT']).toString().trim(), 'lib', 'wasm', 'wasm_exec.js'));
// After Go's script, which takes its own objects from the global ones; what the program asks for, it finds here.
Object.assign(globalThis, { document: page.document, location: page.location, scrollTo: () => {}, scrollY: 0 });

const [program, ...args] = process.argv.slice(2);
const go = new globalThis.Go();
go.argv = [program, ...args];
go.env = { TMPDIR: os.tmpdir(), ...process.env };
go.exit = (code) => process.exit(code);
const { instance } = await WebAssembly.instantiate(fs.readFileSync(program), go.importObject);
await go.run(instance);
