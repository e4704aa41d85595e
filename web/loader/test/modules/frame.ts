export * as frame from '../../src/frame';
export * as pane from '../../src/pane';
