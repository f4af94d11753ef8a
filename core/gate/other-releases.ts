import { toTheMinute } from '../base/instant.ts';
import type { RunningExecution } from '../base/ports.ts';
import { runIdOf } from '../base/run-id.ts';

/** How many are named: more than anybody starts on purpose, and few enough for a mail. */
const MOST_NAMED = 10;

/** The releases beside one release: the newest, and whether there are more; or why they are not known. */
export type OtherReleases =
  | { readonly named: readonly RunningExecution[]; readonly more: boolean; readonly unknown?: never }
  | { readonly unknown: string };

/**
 * Asks which other releases of the same machine are under way. The machine runs nothing but releases; rollbacks and
 * rehearsals have machines of their own. It never throws: who cannot be asked is no reason to stop a release.
 */
export async function findOthers(
  list: (most: number) => Promise<readonly RunningExecution[]>,
  own: string,
): Promise<OtherReleases> {
  try {
    // One more than are named, and the release itself, which the list may show already.
    const others = (await list(MOST_NAMED + 2)).filter(({ arn }) => arn !== own);
    return { named: others.slice(0, MOST_NAMED), more: others.length > MOST_NAMED };
  } catch (error) {
    return { unknown: error instanceof Error ? error.name : 'no reason given' };
  }
}

/** A sentence for whoever starts or approves a release; none when no other is under way. */
export function tellOthers(others: OtherReleases, when: 'now' | 'when the gate was read'): string[] {
  const [one, several] = when === 'now' ? ['is', 'are'] : ['was', 'were'];
  if (others.unknown !== undefined)
    return [
      `Whether another release ${one} under way ${when} is not known: Step Functions did not list them (${others.unknown}).`,
    ];
  const { named, more } = others;
  if (named.length === 0) return [];
  const names = named.map(({ arn, name, startedAt }) => {
    return `${name} (run ${runIdOf(arn)}), started ${toTheMinute(startedAt)}`;
  });
  const whose = named.length === 1 ? `Another release ${one}` : `Other releases ${several}`;
  const list = [...names, ...(more ? ['and more'] : [])].join('; ');
  return [`${whose} under way ${when}: ${list}. Only one release at a time can write to the database.`];
}
