export * from '../../src/storage/send-queue';
