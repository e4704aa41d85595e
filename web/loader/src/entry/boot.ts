// The script of the preference centre. It connects the page to the one that opened it, makes the plain form work over
// that connection, and starts WebAssembly once a visitor is there to use it. Without a connection, the form is an
// ordinary one that posts.
import { isConnected, listen } from '../centre/connection';
import { addKey, addReceipt, close, decide, onChange, saveReceipt, showState, state } from '../centre/form';
import { isFramed } from '../centre/page';
import { onToggle, uncoverPolicy } from '../centre/parts';
import { isRunning, start, takeOver, watchPresses } from '../centre/program';
import { open, rememberScroll, show } from '../centre/view';
import { isSavingData } from '../core/data-saver';
import { completePrinted } from '../reading/printed';
import { readAction, toggleOnEnter, watchButtons } from '../ui/preferences-form';

function onSubmit(e: SubmitEvent): void {
  if (!isConnected() || isRunning()) return; // an ordinary form, or the program's
  e.preventDefault();
  const action = readAction(e);
  decide(action);
  if (action != 'withdraw' && action != 'erase') close();
}

function onClick(e: Event): void {
  const target = e.target as Element;
  if (target.matches('.check .own')) addKey(target as HTMLAnchorElement);
  else if (target.matches('.check a')) addReceipt(target as HTMLAnchorElement);
  const button = !isRunning() && target.closest('button');
  if (button && button.id == 'nod-close') close();
  if (button && button.id == 'nod-receipt') saveReceipt();
}

function closeOnEscape(e: KeyboardEvent): void {
  const t = e.target as HTMLInputElement;
  if (e.key != 'Escape' || e.defaultPrevented) return;
  if (t.type != 'search' || !t.value) close(); // in a search, Escape clears the text
}

addEventListener('blur', rememberScroll);
addEventListener('change', onChange);
watchButtons(window);
addEventListener('submit', onSubmit);
addEventListener('click', onClick);
addEventListener('keydown', closeOnEscape);
addEventListener('keypress', toggleOnEnter);
addEventListener('toggle', onToggle, true);
addEventListener('focusin', uncoverPolicy);
listen({ onState: showState, onOpen: open, onShown: show });
watchPresses();
completePrinted();

// A frame is loaded before the visitor opens it, and the opener says when. Any other page was opened by a visitor.
if (!isFramed && !isSavingData()) addEventListener('load', start);
for (const type of ['pointerdown', 'keydown']) addEventListener(type, start, { once: true });

/** What the WebAssembly program finds of this page. */
Object.assign(window, {
  nodPage: { state: () => state, decide, close, download: saveReceipt, take: takeOver },
});
