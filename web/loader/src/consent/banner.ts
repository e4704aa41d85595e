// The banner of this page: the usual one, or one that shows what is new in the policy.
import { BannerVariant, config } from '../core/config';
import * as changes from '../ui/policy-changes';
import * as surface from '../ui/surface';
import { scriptBase } from './addresses';
import { question, stored } from './state';

let usualBanner: BannerVariant; // for visitors to whom nothing is new

/** What is new to the visitor, as the banner shows it. */
export let shownChange: { keep: string | undefined; from: string } | undefined;

/** Shows the notice beside the reopen button, where there are earlier versions. */
export const showReopenNotice = (text: string): void => {
  if (config.changes) surface.setReopenNotice(text);
};

/** Prepares the banner for a visitor to whom something is new, and returns whether to show the banner. */
function prepareBanner(): boolean {
  const asks = question.ask.length > 0;
  if (!config.changes) return asks;
  const change = changes.getChangeBanner(scriptBase, stored.decision, asks, renderBanner);
  if (change == 'loading') return surface.isBannerOpen();
  usualBanner = usualBanner || { html: config.html.banner, presentation: config.presentation };
  shownChange = change;
  if (change) surface.replaceBanner(change.html, change.presentation, change.css);
  else surface.replaceBanner(usualBanner.html, usualBanner.presentation);
  return asks || !!change;
}

/** Shows the banner, or hides it. */
export function renderBanner(): void {
  try {
    surface.updateBanner(HAS_EQUIVALENTS ? prepareBanner() : question.ask.length > 0, question.signal.length > 0);
  } catch (e) {
    console.warn('nod: not shown: ' + e); // usually because of a Content-Security-Policy without "trusted-types nod"
  }
}
