/** Says where it finds compiled code, and what it would hand on. */

import './compiled.ts';
import { getCompileCacheDir } from 'node:module';

const { NODE_COMPILE_CACHE, TOUCHLINE_BEGINNINGS } = process.env;
const found = { directory: getCompileCacheDir(), NODE_COMPILE_CACHE, TOUCHLINE_BEGINNINGS };
process.stdout.write(JSON.stringify({ ...found, arguments: process.argv.slice(2) }));
