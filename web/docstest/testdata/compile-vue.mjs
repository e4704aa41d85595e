// Compiles a component of Vue, as a bundler does: node compile-vue.mjs IN OUT.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { compileScript, parse } = createRequire(new URL('../../node_modules/', import.meta.url))('@vue/compiler-sfc');
const [, , from, to] = process.argv;
const { descriptor, errors } = parse(readFileSync(from, 'utf8'), { filename: from });
if (errors.length) throw errors[0];
writeFileSync(to, compileScript(descriptor, { id: 'test', inlineTemplate: true }).content);
