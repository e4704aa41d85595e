export * from '../../src/launch/system';
