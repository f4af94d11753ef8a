import type { NotifierPorts } from '../base/step-ports.ts';
import { visibleLines } from '../base/visible.ts';

/** A message stays readable: further differences are in the evidence. */
const MOST = 30;

/** Tells people what is not as it was sealed. Nothing was repaired, so the message says where the way on is written. */
export async function tellDrift(
  { notifier }: Pick<NotifierPorts, 'notifier'>,
  run: string,
  differences: readonly string[],
  title: string,
): Promise<void> {
  const more =
    differences.length > MOST ? [`and ${differences.length - MOST} more, in the evidence (runs/drift/)`] : [];
  const text = [
    `What release ${run} made and sealed is not as it was sealed. Nothing was repaired.`,
    '',
    ...differences.slice(0, MOST),
    ...more,
    '',
    'What to do: docs/operator.md, "The release is not as it was sealed".',
  ];
  await notifier.notify(
    `${title}, release ${run}: ${differences.length} differences from its seal`,
    visibleLines(text),
  );
}
