import { join } from 'node:path';
import { releaseWithChecks } from '../lib/release-checks.ts';

releaseWithChecks(join(__dirname, '..', 'sql'));
