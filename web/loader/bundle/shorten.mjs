// Shortens scripts in place: its arguments are their files. Terser goes first, and UglifyJS finds more in the result.
// The options were chosen by the size of consent.js after Brotli. They are safe on a page that replaced built-in
// functions, or whose getters do something: none of them is an "unsafe" one.
import { readFile, writeFile } from 'node:fs/promises';
import { minify as terser } from 'terser';
import uglify from 'uglify-js';

const toplevel = true; // each script is a module, or becomes the body of a function

async function shorten(code) {
  const compress = { passes: 2, inline: 1, join_vars: false };
  const first = await terser(code, { ecma: 2018, toplevel, compress });
  const second = uglify.minify(first.code, {
    toplevel,
    module: true,
    compress: { passes: 3, hoist_funs: true, inline: 1, comparisons: false, strings: false, varify: false },
  });
  if (second.error) throw second.error;
  return second.code;
}

for (const file of process.argv.slice(1)) await writeFile(file, await shorten(await readFile(file, 'utf8')));
