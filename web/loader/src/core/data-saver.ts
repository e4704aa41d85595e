/** Whether to load nothing before the visitor acts: the visitor saves data, or the network is very slow. Not every
 * browser tells. */
export function isSavingData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } };
  const { saveData, effectiveType = '' } = connection || {};
  return !!saveData || /2g/.test(effectiveType);
}
