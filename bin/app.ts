import { join } from 'node:path';
import { createCheckedApp } from '../lib/house/release-checks.ts';

createCheckedApp(join(__dirname, '../sql'));
