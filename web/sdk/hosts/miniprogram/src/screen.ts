// What the component draws: lines and buttons of one screen of native.json, and nothing else.
import type { Block, NativeDocument, Run, Screen } from '../../NativeAnswer';

/** One line. A component draws a list more easily than a tree. */
export interface Line {
  key: string; // unique on the screen
  type: string;
  level: number;
  mark: string;
  page: string; // that a link opens
  isOpen: boolean; // of a folded part
  runs: Run[];
}

export interface Drawn {
  direction: string;
  lines: Line[];
  buttons: { do: string; text: string }[];
}

/** The screen of this name: "first", "basic", or a page that a link opens. */
export function findScreen(d: NativeDocument, name: string): Screen {
  if (name === 'basic') return d.basic;
  const page = Object.prototype.hasOwnProperty.call(d.pages, name) ? d.pages[name] : undefined;
  return page ? { blocks: page.blocks, buttons: [{ do: 'back', text: d.back }] } : d;
}

/** What is drawn of a screen. opened are the keys of the folded parts that are open. */
export function drawScreen(d: NativeDocument, name: string, opened: string[]): Drawn {
  const lines: Line[] = [];
  const add = (blocks: Block[], at: string): void =>
    blocks.forEach((block, i) => {
      const key = at + '.' + i;
      const isOpen = opened.indexOf(key) >= 0;
      lines.push({
        key,
        type: block.t,
        level: block.level || 0,
        mark: block.mark || '',
        page: block.page || '',
        isOpen,
        runs: block.text || [],
      });
      if (isOpen || block.t !== 'more') add(block.blocks || [], key);
    });
  const { blocks, buttons } = findScreen(d, name);
  add(blocks, name);
  return { direction: d.direction, lines, buttons };
}
