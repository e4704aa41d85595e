export * as hold from '../../src/hold';
export * as hosts from '../../src/hosts';
