// Where the script comes from, and where decisions go.
import { attempt } from '../core/attempt';
import { config } from '../core/config';
import { getRootElement } from '../core/dom';
import { getDecisionsURL } from '../storage/transport';
import { scriptTag } from '../ui/surface';

const findBase = (e: HTMLScriptElement | null): string | false | undefined =>
  attempt(() => /\/consent\.[^/]*$/.test(e!.src.split('?')[0]!) && new URL('..', e!.src).href); // null throws

/** The script is at {base}{site}/consent.js. A module has no currentScript, and if an optimiser runs the script, that
 * is the current one. Then the tag is elsewhere on the page, or nobody knows where the server is. */
export const scriptBase =
  findBase(scriptTag) || findBase(getRootElement().querySelector(`script[src*="/${config.site}/consent."]`)) || '';
if (!scriptBase) console.warn('nod: tag not found');

export const serverBase = config.server || scriptBase;

/** The page's origin. A sandboxed page has none, and a srcdoc frame has that of its parent, which its address does not
 * say. A page may have a variable of that name. */
const origin = /null/.test(self.origin + location.origin) ? self.origin : location.origin;

/** Whether the site lists the page's origin. If not, the server would refuse what the page sends: decisions are stored
 * in the browser only. */
export const isKnownOrigin = !!serverBase && (serverBase.startsWith(origin + '/') || config.origins.includes(origin));

export const decisionsURL = getDecisionsURL(serverBase, config.site);
