// An empty page that is there before other modules are loaded: Vue looks for its document then.
import { openPage } from './page';

export const page = openPage('');
