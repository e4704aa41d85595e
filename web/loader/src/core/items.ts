import { config } from './config';
import { listItems } from './evaluate';

/** All purposes and services. They inherit nothing (the server writes them so): if a page put a "required" into
 * Object.prototype, every purpose would be required, and so granted. */
export const items = listItems(config.form);
