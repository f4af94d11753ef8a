import { join } from 'node:path';
import { trialFile } from '../../../core/package/engine-scripts.ts';
import { placeOf } from '../../../core/package/line-map.ts';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';

it.each(['sql', 'examples/orders', 'examples/smallest'])(
  'each line of the trial of %s is named by the file and line that a person opens',
  (folder) => {
    const files = readPackageFiles(join(__dirname, '../../..', folder));
    const { plan, trialLines, scripts } = describePackage(files);
    const own = trialFile(plan);
    const lines = (scripts.find(({ script }) => script.file === own)?.text ?? '').trimEnd().split('\n');
    const places = lines.map((_, index) => placeOf(trialLines, index + 1));
    const read = places.map((place) =>
      files
        .get(place?.file ?? '')
        ?.split('\n')
        [(place?.line ?? 0) - 1]?.trimStart(),
    );
    expect(read).toEqual(lines);
    const named = new Set(places.map((place) => place?.file));
    for (const { file } of plan.tiers) expect(named).toContain(file);
    expect(trialLines.length).toBeLessThan(2500);
  },
);
