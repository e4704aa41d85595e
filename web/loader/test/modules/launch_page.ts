import '../../src/entry/launch';
