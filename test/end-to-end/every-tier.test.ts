import { join } from 'node:path';
import { failingSuite, openFor } from './release-suite.ts';
import { packageDirectory } from './stage.ts';

const failing = ['1', '2', '3', '4', '5', '6'].map((tier) => [tier, join(__dirname, `failing/tier-${tier}.sql`)]);

const stage = openFor(packageDirectory);

failingSuite({ directory: packageDirectory, stage }, Object.fromEntries(failing) as Record<string, string>);
