// Frames that were started and have not loaded yet. A lazy loader of the page, which copies data-src to src, may come
// after us: browsers would load the frame a second time, because each assignment to src navigates. Later assignments
// are the page's way to load a frame again.
import { type Hook, hookFunctions } from './hook';

const loading = new WeakMap<Element, string>();
let isWatching = false;

/** Leaves the frame alone until it has loaded this address. */
export function markLoading(frame: Element, address: string): void {
  if (!isWatching) hookSetters();
  isWatching = true;
  loading.set(frame, address);
  frame.addEventListener('load', () => loading.delete(frame), { once: true });
}

function hookSetters(): void {
  const hook: Hook = (args, callReal, self) => {
    const [value] = args.slice(-1);
    if (self.getAttribute('src') == value && loading.get(self) == value) return;
    loading.delete(self);
    return callReal(args);
  };
  hookFunctions(window, 'HTMLIFrameElement', 'src', hook);
  hookFunctions(window, 'Element', 'setAttribute', (args, callReal, self, name) =>
    loading.has(self) && `${args[0]}`.toLowerCase() == 'src' ? hook(args, callReal, self, name) : callReal(args),
  );
}
