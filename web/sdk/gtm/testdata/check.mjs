// Prints what a template's code has that the sandbox of Tag Manager has not: one finding a line. The code comes on the
// standard input. https://developers.google.com/tag-platform/tag-manager/templates/sandboxed-javascript
import { readFileSync } from 'node:fs';
import { parse } from 'acorn';

// ECMAScript 5.1 without new, this and regular expressions; const, let and arrow functions.
const syntax = new Set(
  `ArrayExpression ArrowFunctionExpression AssignmentExpression BinaryExpression BlockStatement CallExpression
  ConditionalExpression ExpressionStatement ForInStatement ForStatement FunctionDeclaration FunctionExpression
  Identifier IfStatement Literal LogicalExpression MemberExpression ObjectExpression Program Property ReturnStatement
  UnaryExpression UpdateExpression VariableDeclaration VariableDeclarator`.split(/\s+/),
);

// https://developers.google.com/tag-platform/tag-manager/templates/standard-library
const methods = new Set(
  `concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice some sort
  splice unshift toString charAt match replace search split substr substring toLowerCase toUpperCase trim`.split(/\s+/),
);
const globals = new Set(['require', 'data', 'undefined']);

const declared = new Set();
const used = [];
const findings = [];

function visit(node, parent) {
  if (!syntax.has(node.type)) findings.push(`line ${node.loc.start.line}: ${node.type}`);
  if (node.regex) findings.push(`line ${node.loc.start.line}: a regular expression`);
  if (node.type == 'VariableDeclarator') declared.add(node.id.name);
  for (const p of node.params || []) declared.add(p.name);
  const isMember = parent?.type == 'MemberExpression' && parent.property == node && !parent.computed;
  const isKey = parent?.type == 'Property' && parent.value != node;
  if (node.type == 'Identifier' && !isMember && !isKey) used.push(node);
  const called = node.type == 'CallExpression' && node.callee;
  if (called?.type == 'MemberExpression' && !methods.has(called.property.name) && called.object.name != 'data')
    findings.push(`line ${node.loc.start.line}: the method ${called.property.name}`);
  for (const value of Object.values(node))
    for (const child of [value].flat()) if (child && typeof child.type == 'string') visit(child, node);
}

visit(parse(readFileSync(0, 'utf8'), { ecmaVersion: 2022, allowReturnOutsideFunction: true, locations: true }));
for (const { name, loc } of used)
  if (!declared.has(name) && !globals.has(name)) findings.push(`line ${loc.start.line}: the name ${name}`);
console.log(findings.join('\n'));
