// How pages use the types of nod.d.ts; the type check is the test.
export function page(): void {
  window.nod = window.nod || ([] as never); // the stub
  nod.push(['on', 'change', (): void => {}]);
  nod.on('change', (answers) => answers['analytics'] == 'granted');
  nod.on('blocked', ({ purpose, service, host, by }) => [purpose, service, host, by].join());
  nod.on('decision', ({ id, action }) => id + (action == 'accept_all'));
  document.addEventListener('nod:blocked', (e) => e.detail.host);
  nod.save({ analytics: true, beacons: 'denied' });
  nod.withdraw(['analytics']);
  nod.receipt()?.record.id;
  // @ts-expect-error no such event
  nod.on('changed', () => {});
  // @ts-expect-error no such answer
  nod.save({ analytics: 'yes' });
  // @ts-expect-error it may be missing
  nod.receipt().record;
}
