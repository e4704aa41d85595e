export * as frame from '../../src/ui/preferences-frame';
export * as pane from '../../src/ui/preferences-dialog';
