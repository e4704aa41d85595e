// Prints the mistakes in the syntax of an ArkTS file, one a line, as OpenHarmony's compiler sees them. The file comes on
// the standard input.
const { readFileSync } = require('node:fs');
const ts = require('ohos-typescript');

// What the compiler has to know of ArkUI to read it: the methods that draw, and the components that may be in them.
const ets = {
  render: { method: ['build'], decorator: ['Builder'] },
  components: ['Button', 'Column', 'ForEach', 'Row', 'Scroll', 'Span', 'Text'],
  customComponent: 'CustomComponent',
  libs: [],
  extend: { decorator: ['Extend'], components: [] },
  styles: {
    decorator: 'Styles',
    component: { name: 'Common', type: 'T', instance: 'CommonInstance' },
    property: 'stateStyles',
  },
  concurrent: { decorator: 'Concurrent' },
  propertyDecorators: [],
  emitDecorators: [],
  syntaxComponents: { paramsUICallback: ['ForEach'], attrUICallback: [] },
};

const text = readFileSync(0, 'utf8');
const file = ts.createSourceFile('host.ets', text, ts.ScriptTarget.ES2021, true, ts.ScriptKind.ETS, { ets });
for (const { start, messageText } of file.parseDiagnostics)
  console.log(`line ${file.getLineAndCharacterOfPosition(start).line + 1}: ${messageText}`);
