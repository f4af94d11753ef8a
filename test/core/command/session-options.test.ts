import { join } from 'node:path';
import { sessionOptions } from '../../../core/command/session-options.ts';
import { scriptTimeouts } from '../../../core/command/timeouts.ts';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';

const packages = ['sql', 'examples/orders', 'examples/smallest'].map((folder) =>
  describePackage(readPackageFiles(join(__dirname, '../../..', folder))),
);
const scripts = packages.flatMap((one) => one.scripts);

it.each(['search_path=pg_catalog,pg_temp', 'role=none', 'local_preload_libraries='])(
  'every session of every script begins with %s, whatever database and role say',
  (setting) => {
    expect(scripts.length).toBeGreaterThan(30);
    for (const { script } of scripts)
      expect(sessionOptions(script, scriptTimeouts(script.seconds, 45)).split(' -c ')).toContainEqual(
        expect.stringMatching(new RegExp(`^(-c )?${setting}$`)),
      );
  },
);
