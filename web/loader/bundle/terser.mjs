// Shortens scripts in place: its arguments are their files. The options are safe on a page that replaced built-in
// functions, or whose getters do something: none of them is an "unsafe" one, and "pure_getters" stays off.
import { readFile, writeFile } from 'node:fs/promises';
import { minify } from 'terser';

for (const file of process.argv.slice(1)) {
  const { code } = await minify(await readFile(file, 'utf8'), {
    ecma: 2018,
    toplevel: true, // each script is a module, or becomes the body of a function
    compress: { passes: 3, hoist_funs: true },
  });
  await writeFile(file, code);
}
