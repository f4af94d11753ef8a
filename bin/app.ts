import { join } from 'node:path';
import { createCheckedApp } from '../lib/release-checks.ts';

createCheckedApp(join(__dirname, '..', 'sql'));
