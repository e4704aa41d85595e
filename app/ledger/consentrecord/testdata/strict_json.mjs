// JSON as RFC 8785 needs it: no member twice, no lone surrogate, and one text for each value.

const sign = '([{}[\\],:])';
const string = '("(?:[^"\\\\\\x00-\\x1f]|\\\\.)*")';
const scalar = '(-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null)';
const token = new RegExp(`[ \\t\\n\\r]*(?:${sign}|${string}|${scalar})`, 'y');

// parseJSON parses a text strictly.
export function parseJSON(text) {
  let at = 0;
  let depth = 0;
  const next = () => {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw new Error(`JSON: unexpected text at ${at}`);
    at = token.lastIndex;
    return match[1] ?? { value: readScalar(match[2] ?? match[3]) };
  };
  const readScalar = (source) => {
    const value = JSON.parse(source);
    if (typeof value === 'string' && !value.isWellFormed()) throw new Error('JSON: a lone surrogate');
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('JSON: a number is too large');
    return value;
  };
  const expect = (found, sign) => {
    if (found !== sign) throw new Error(`JSON: ${sign} is missing at ${at}`);
  };
  const readValue = (first) => {
    if (first === '{') return readObject();
    if (first === '[') return readArray();
    if (typeof first === 'string') throw new Error(`JSON: unexpected ${first} at ${at}`);
    return first.value;
  };
  const readArray = () => {
    if (++depth > 100) throw new Error('JSON: too deep');
    const array = [];
    let found = next();
    while (found !== ']') {
      array.push(readValue(found));
      found = next();
      if (found === ',') {
        found = next();
        if (found === ']') throw new Error('JSON: a comma too many');
      } else expect(found, ']');
    }
    depth--;
    return array;
  };
  const readObject = () => {
    if (++depth > 100) throw new Error('JSON: too deep');
    const object = Object.create(null);
    let found = next();
    while (found !== '}') {
      const name = found.value;
      if (typeof name !== 'string') throw new Error(`JSON: a name is missing at ${at}`);
      if (Object.hasOwn(object, name)) throw new Error(`JSON: the member ${name} is there twice`);
      expect(next(), ':');
      object[name] = readValue(next());
      found = next();
      if (found === ',') {
        found = next();
        if (found === '}') throw new Error('JSON: a comma too many');
      } else expect(found, '}');
    }
    depth--;
    return object;
  };
  const value = readValue(next());
  if (text.slice(at).trim() !== '') throw new Error('JSON: text follows');
  return value;
}

// canonicalJSON writes a value as RFC 8785 does: members in the order of their UTF-16 units, no white space, and
// numbers and texts as JavaScript writes them.
export function canonicalJSON(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJSON).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonicalJSON(value[name])}`);
  return `{${members.join(',')}}`;
}
