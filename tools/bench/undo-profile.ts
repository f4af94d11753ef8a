import { runId, type Stage } from './stage.ts';
import { timed } from './statistics.ts';

const options = [
  'session_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=100',
  'auto_explain.log_analyze=on',
  'auto_explain.log_timing=off',
  'auto_explain.log_nested_statements=on',
];
const trigger = /Trigger for constraint (\S+): time=([\d.]+) calls=(\d+)/g;

/**
 * Profiles one more release and its rollback with the server's own auto_explain: which foreign key's check took how
 * much of the time. The sentence is for the row that missed its limit.
 */
export async function profileUndo(stage: Stage): Promise<string> {
  for (const id of stage.tiers) await stage.plainScript(id);
  const before = stage.log().length;
  const { ms } = await timed(() =>
    stage.plainScript('undo', { undo_released: runId }, { PGOPTIONS: options.map((one) => `-c ${one}`).join(' ') }),
  );
  const found = [...stage.log().slice(before).matchAll(trigger)].map(([, name = '', time, calls]) => {
    return { name, time: Number(time), calls: Number(calls) };
  });
  const [worst] = found.sort((left, right) => right.time - left.time);
  if (worst === undefined) return 'the server explained no foreign key';
  return (
    `profile (auto_explain): ${Math.round(worst.time)} of ${Math.round(ms)} ms are ${worst.calls} checks of the foreign key ` +
    `${worst.name}, each a scan, as the application's table has no index for it and is not ours`
  );
}
