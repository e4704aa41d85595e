export * as frame from '../../src/ui/preferences-frame';
export * as dialog from '../../src/ui/preferences-dialog';
