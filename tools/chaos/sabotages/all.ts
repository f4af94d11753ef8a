import { access } from './access.ts';
import { copy } from './copy.ts';
import { decisions } from './decisions.ts';
import { evidence } from './evidence.ts';
import { foresight } from './foresight.ts';
import { machine } from './machine.ts';
import { page } from './page.ts';
import { policies } from './policies.ts';
import { promises } from './promises.ts';
import { reached } from './reached.ts';
import type { Removal, Sabotage } from './sabotage.ts';
import { signed } from './signed.ts';
import { strangers } from './strangers.ts';
import { trial } from './trial.ts';
import { trust } from './trust.ts';
import { watch } from './watch.ts';

/** The sabotages that take a defence against attacks away; the table at the end of `docs/security.md` is made from them. */
export const removals: readonly Removal[] = [
  ...[...trust, ...reached, ...strangers, ...copy],
  ...[...access, ...machine, ...evidence, ...signed],
  ...[...policies, ...watch, ...page, ...decisions],
];

/** The sabotages, each of which must be caught; together they break what the system promises. */
export const sabotages: readonly Sabotage[] = [...promises, ...trial, ...foresight, ...removals];
