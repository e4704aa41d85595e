// Prints the mistakes in the syntax of a Swift file, one a line, as tree-sitter's grammar sees them. The file comes on
// the standard input.
const { readFileSync } = require('node:fs');
const Parser = require('web-tree-sitter');

async function check() {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Parser.Language.load(require.resolve('tree-sitter-wasms/out/tree-sitter-swift.wasm')));
  const visit = (node) => {
    const line = `line ${node.startPosition.row + 1}`;
    if (node.isMissing) console.log(`${line}: "${node.type}" is missing`);
    if (node.type == 'ERROR') console.log(`${line}: not Swift: ${node.text.slice(0, 60).replace(/\s+/g, ' ')}`);
    node.children.forEach(visit);
  };
  visit(parser.parse(readFileSync(0, 'utf8')).rootNode);
}

check();
