import { access } from './access.ts';
import { evidence } from './evidence.ts';
import { foresight } from './foresight.ts';
import { promises } from './promises.ts';
import type { Sabotage } from './sabotage.ts';
import { trial } from './trial.ts';
import { trust } from './trust.ts';

/** The sabotages, each of which must be caught; together they break what the system promises. */
export const sabotages: readonly Sabotage[] = [...promises, ...evidence, ...trial, ...foresight, ...access, ...trust];
