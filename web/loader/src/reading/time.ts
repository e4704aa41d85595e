// Moments in the visitor's language and time zone, as the preferences write them. Days of a policy are dates of the
// site's time zone, and stay as the server writes them.

/** Writes a moment of RFC 3339. */
export const formatTime = (moment: string): string =>
  new Date(moment).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });

/** Rewrites the moments of the page, which the server wrote in UTC. */
export function localizeTimes(): void {
  for (const t of document.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    t.textContent = formatTime(t.dateTime);
    t.dir = 'auto';
  }
}
