export * from '../../src/storage/send-queue';
export * from '../../src/ui/erase-records';
