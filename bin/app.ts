import { join } from 'node:path';
import { startCheckedApp } from '../lib/house/release-checks.ts';

void startCheckedApp(join(__dirname, '../sql'));
