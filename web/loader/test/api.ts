// How pages use the types of nod.d.ts; the type check is the test.
export function page(): void {
  window.nod = window.nod || []; // the array that keeps calls until the script has come
  window.nod.push(['on', 'change', (): void => {}]);
  const mayCount: boolean = window.nod?.has?.('analytics') ?? false;
  if (mayCount) window.nod?.on?.('change', (answers) => answers['analytics'] == 'granted');
  document.addEventListener('nod:blocked', (e) => e.detail.host);
}

/** Without the script, or before it has come. */
export function pageWithoutScript(): void {
  // @ts-expect-error the script may be missing
  window.nod.push(['show']);
  // @ts-expect-error nor does its name without "window" exist then
  nod.push(['show']);
  // @ts-expect-error the array has only push
  window.nod?.has('analytics');
}

/** Once the script has come, every member is there. */
export function afterReady(api: Nod.API): void {
  api.on('blocked', ({ purpose, service, host, by }) => [purpose, service, host, by].join());
  api.on('decision', ({ id, action }) => id + (action == 'accept_all'));
  api.save({ analytics: true, beacons: 'denied' });
  api.withdraw(['analytics']);
  api.receipt()?.record.id;
  // @ts-expect-error no such event
  api.on('changed', () => {});
  // @ts-expect-error no such answer
  api.save({ analytics: 'yes' });
  // @ts-expect-error it may be missing
  api.receipt().record;
}
