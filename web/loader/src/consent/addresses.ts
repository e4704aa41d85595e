// Where the script comes from, and where decisions go.
import { attempt } from '../core/attempt';
import { config } from '../core/config';
import { getDecisionsURL } from '../storage/transport';
import { scriptTag } from '../ui/surface';

/** The script is at {base}{site}/consent.js. A module has no currentScript: it is taken to come from the page's
 * origin. */
export const scriptBase = attempt(() => new URL('..', scriptTag?.src).href) || location.origin + '/';

export const serverBase = config.server || scriptBase;

/** Whether the site lists the page's origin. If not, the server would refuse what the page sends: decisions are stored
 * in the browser only. */
export const isKnownOrigin = serverBase.startsWith(location.origin + '/') || config.origins.includes(location.origin);

export const decisionsURL = getDecisionsURL(serverBase, config.site);
