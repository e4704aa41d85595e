export * from '../../src/launch/layers';
