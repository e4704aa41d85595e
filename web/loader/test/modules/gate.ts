export * as check from '../../src/gate/check-request';
export * as hold from '../../src/gate/held-calls';
export * as hosts from '../../src/gate/host-list';
