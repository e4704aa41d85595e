export * from '../../src/launch/bridge';
