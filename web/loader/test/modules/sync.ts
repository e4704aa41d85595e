export * from '../../src/sync';
