/** Loaded in front of an engine: fsync fails once a file says so. */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const file = process.env['TOUCHLINE_FAIL_FSYNC_FILE'] ?? '';
const fsyncSync = fs.fsyncSync;

fs.fsyncSync = (descriptor) => {
  if (!fs.existsSync(file)) return fsyncSync(descriptor);
  throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
};
syncBuiltinESMExports();
