import { createHash, createPublicKey } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { main } from '../../../cli/main.ts';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { renderSignature, signedText } from '../../../core/report/signature.ts';
import { createMachineSigner, publicKeyFile } from '../../../local/driver/machine-key.ts';
import type { Signer } from '../../../core/base/ports.ts';
import { createTestSigner } from '../../core/ports.ts';
import { playRollbackReport, playRun, runId } from '../../core/report/runs.ts';

const { digest } = describePackage(readPackageFiles(join(__dirname, '../../../sql')));
let folder: string;
let printed: string;
let complained: string;

async function verify(...options: string[]): Promise<number> {
  printed = '';
  return main(['verify-report', folder, ...options]);
}

beforeEach(async () => {
  printed = complained = '';
  folder = mkdtempSync(join(tmpdir(), 'one-roof-verify-'));
  const { files } = await playRun('rolled_back', 'plain', { packageDigest: digest });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const reports = ['report.json', 'report.md', 'report.html', 'report.sig', 'report.sums'];
const at = (...names: string[]) => join(folder, ...names);
/** Moves the reports below the entries, where the evidence bucket has them. */
function asInTheBucket() {
  mkdirSync(at('report'));
  for (const name of reports) renameSync(at(name), at('report', name));
}
const forged = '<!doctype html><title>released</title>';

describe('exactly the files of a run are verified:', () => {
  test.each<[string, string, () => void]>([
    ['a page of another name', 'index.html', () => writeFileSync(at('index.html'), forged)],
    ['a page whose ending is nearly right', 'report.htm', () => writeFileSync(at('report.htm'), forged)],
    ['an entry with five digits', '00010.json', () => writeFileSync(at('00010.json'), '{}')],
    [
      'a folder that shadows the reports',
      'report.html',
      () => {
        mkdirSync(at('report'));
        for (const name of reports) copyFileSync(at(name), at('report', name));
        writeFileSync(at('report.html'), forged);
      },
    ],
    [
      'a folder with one forged page only',
      'report/report.html',
      () => {
        mkdirSync(at('report'));
        writeFileSync(at('report', 'report.html'), forged);
      },
    ],
    [
      'a link to the very same bytes',
      'report.html is a symbolic link,',
      () => {
        renameSync(at('report.html'), `${folder}.html`);
        symlinkSync(`${folder}.html`, at('report.html'));
      },
    ],
    [
      'a linked folder of reports',
      'report',
      () => {
        asInTheBucket();
        renameSync(at('report'), `${folder}.reports`);
        symlinkSync(`${folder}.reports`, at('report'));
      },
    ],
    [
      'a linked entry',
      '0001.json is a symbolic link,',
      () => {
        renameSync(at('0001.json'), `${folder}.json`);
        symlinkSync(`${folder}.json`, at('0001.json'));
      },
    ],
    [
      'letters of another alphabet',
      String.raw`"r\u0435port.html"`,
      () => writeFileSync(at('r\u0435port.html'), forged),
    ],
    ['a blank behind the name', '"report.html "', () => writeFileSync(at('report.html '), forged)],
    ['a name that turns round', String.raw`"\u202elmth.troper"`, () => writeFileSync(at('\u202elmth.troper'), forged)],
    ['capital letters', 'REPORT.html', () => writeFileSync(at('REPORT.html'), forged)],
    ['a hidden file', '.0002.json', () => copyFileSync(at('0002.json'), at('.0002.json'))],
    [
      'an entry among the reports',
      'report/0001.json',
      () => {
        asInTheBucket();
        copyFileSync(at('0001.json'), at('report', '0001.json'));
      },
    ],
    ['an empty folder', 'attachments', () => mkdirSync(at('attachments'))],
    [
      'a folder in the folder',
      'report/report',
      () => {
        asInTheBucket();
        mkdirSync(at('report', 'report'));
      },
    ],
    [
      'a folder in the place of an entry',
      '0001.json',
      () => {
        rmSync(at('0001.json'));
        mkdirSync(at('0001.json'));
      },
    ],
    ['a pipe', 'rollback-0099.md', () => void spawnSync('mkfifo', [at('rollback-0099.md')])],
    [
      'the report again, as that of a rollback',
      'rollback-0099.json',
      () => {
        for (const name of reports) copyFileSync(at(name), at(name.replace('report', 'rollback-0099')));
      },
    ],
  ])('%s is named: %s', async (_what, name, act) => {
    act();
    expect(await verify()).toBe(1);
    expect(printed).toContain(`✗ ${name} `);
    expect(printed).not.toMatch(/[^\n -~✗]/);
    for (const left of readdirSync(tmpdir())) {
      if (left.startsWith(basename(folder)) && left !== basename(folder))
        rmSync(join(tmpdir(), left), { recursive: true });
    }
  });
});

describe('one-roof verify-report', () => {
  it('passes on a fresh report, and says what it cannot know', async () => {
    expect(await verify()).toBe(0);
    expect(printed).toContain('VERIFIED');
    expect(printed).toContain('only the head can show');
  });

  it('names the file and exits 1 after one byte was changed', async () => {
    const file = join(folder, '0005.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('210', '211'));
    expect(await verify()).toBe(1);
    expect(printed).toContain('✗ 0005.json is not the entry that report.json holds');
  });

  it('names a file whose bytes are no text any more', async () => {
    const file = join(folder, 'report.html');
    const bytes = readFileSync(file);
    bytes[100] = 0xff;
    writeFileSync(file, bytes);
    expect(await verify()).toBe(1);
    expect(printed).toContain('report.html is not what report.json renders to');
  });

  it('reads a folder as it comes from the evidence bucket, reports below the entries', async () => {
    mkdirSync(join(folder, 'report'));
    for (const name of reports) renameSync(join(folder, name), join(folder, 'report', name));
    expect(await verify()).toBe(0);
  });

  it('compares the head that was sent out', async () => {
    const head = /head (sha256:[0-9a-f]{64})/.exec((await verify(), printed))?.[1] ?? '';
    expect(await verify('--head', head)).toBe(0);
    expect(await verify('--head', `sha256:${'0'.repeat(64)}`)).toBe(1);
    expect(printed).toContain('this is not the evidence that was reported');
  });

  it('takes the head of the message although a rollback was added since, and says what that head leaves open', async () => {
    const { files, ports } = await playRun('rolled_back', 'plain', { packageDigest: digest });
    const message = /Evidence head: {2}(\S+)/.exec(ports.bodies.join())?.[1] ?? '';
    await recordEvidence(ports, { runId, step: 'fence', packageDigest: digest, facts: {} });
    await playRollbackReport(ports, { runId, outcome: 'nothing_to_roll_back' });
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    expect(await verify('--head', message)).toBe(0);
    const [, closing, last] = /that of (\S+)\. 2 entries were added[^]* head is (\S+)\./.exec(printed) ?? [];
    expect(printed).toContain('by the rollback back\n  (fence, rollback-ended)');
    expect(printed).toContain(`Your head fixes nothing behind ${closing ?? ''}`);
    expect(await verify('--head', message, '--json')).toBe(0);
    const added = [{ step: 'fence' }, { step: 'rollback-ended' }];
    expect(JSON.parse(printed)).toMatchObject({ head: last, pinned: { file: closing, addedAfterwards: added } });
    expect(await verify('--head', last ?? '')).toBe(0);
    expect(printed).not.toContain('added afterwards');
    expect((await verify(), printed)).toContain(`${message} (${closing ?? ''})`);
    await verify('--json');
    const { heads } = JSON.parse(printed) as { heads: { addedAfterwards: { file: string }[] }[] };
    const fence = readFileSync(join(folder, heads[0]?.addedAfterwards[0]?.file ?? ''));
    const ofNoReport = `sha256:${createHash('sha256').update(fence).digest('hex')}`;
    expect(await verify('--head', ofNoReport)).toBe(1);
    expect(printed).toContain('this is not the evidence that was reported');
  });

  it('says clearly when the package is another one than the run released', async () => {
    const other = mkdtempSync(join(tmpdir(), 'one-roof-package-'));
    for (const [name, text] of readPackageFiles(join(__dirname, '../../../sql'))) {
      mkdirSync(join(other, name, '..'), { recursive: true });
      writeFileSync(join(other, name), name === 'prod/10_structure.sql' ? `${text}-- one more line\n` : text);
    }
    expect(await verify('--package', other)).toBe(1);
    expect(printed).toContain(`the run released ${digest}`);
    rmSync(other, { recursive: true });
  });

  it('gives the same as data', async () => {
    expect(await verify('--json')).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ verified: true, findings: [], problems: [], packageDigest: digest });
  });

  it('refuses a folder that is none of a run', async () => {
    expect(await main(['verify-report', join(__dirname, '../../../docs')])).toBe(2);
    expect(await main(['verify-report', join(folder, 'not-there')])).toBe(2);
    expect(complained).toContain('name the folder of one run');
  });

  describe('the signature of a report', () => {
    const key = (text: string, name = 'key.pem') => {
      const file = join(keys, name);
      writeFileSync(file, text);
      return file;
    };
    const write = (files: ReadonlyMap<string, string>) => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      for (const [name, text] of files) writeFileSync(join(folder, name), text);
    };
    const play = (signer: Signer, text = 'plain', key?: string) =>
      playRun('rolled_back', text, { packageDigest: digest, signer, ...(key === undefined ? {} : { key }) });
    const own = createTestSigner();
    const other = createTestSigner();
    let keys: string;
    beforeEach(() => void (keys = mkdtempSync(join(tmpdir(), 'one-roof-keys-'))));
    afterEach(() => rmSync(keys, { recursive: true }));

    it('proves where it comes from, offline, to whoever has the public key, PEM or as KMS prints it', async () => {
      write((await play(own)).files);
      expect(await verify('--key', key(own.pem))).toBe(0);
      expect(printed).toContain('of AWS KMS, which only the function behind Sign report may use');
      expect(printed).not.toContain('only the head can show');
      const der = createPublicKey(own.pem).export({ format: 'der', type: 'spki' });
      expect(await verify('--key', key(`${der.toString('base64')}\n`))).toBe(0);
      expect((await verify(), printed)).toContain('pass the public key of the stack with --key');
    });

    it('shows a folder that was rewritten as a whole, although nobody kept the head', async () => {
      const [real, forged] = [await play(own), await play(other, 'somebody else')];
      const file = key(own.pem);
      write(forged.files);
      expect(await verify()).toBe(0);
      expect(await verify('--key', file)).toBe(1);
      expect(printed).toMatch(/report\.sig is by the key sha256:[^]* this evidence comes from somewhere else/);
      write(new Map([...forged.files, ['report.sig', real.files.get('report.sig') ?? '']]));
      expect(await verify('--key', file)).toBe(1);
      expect(printed).toContain('report.sig signs the head');
      write(new Map([...forged.files].filter(([name]) => name !== 'report.sig')));
      expect(await verify('--key', file)).toBe(1);
      expect(printed).toContain('report has no signature that holds');
    });

    it('by a key that was rotated is told from a strange one by the public key that was kept', async () => {
      const { files, ports } = await play(own);
      await recordEvidence(ports, { runId, step: 'fence', packageDigest: digest, facts: {} });
      await playRollbackReport({ ...ports, signer: other }, { runId, outcome: 'nothing_to_roll_back' });
      write(files);
      expect(await verify('--key', key(other.pem))).toBe(1);
      expect(printed).toContain('unless that was the key before a rotation');
      expect(await verify('--key', key(other.pem), '--key', key(own.pem, 'before.pem'))).toBe(0);
    });

    it('by a key of a machine says what that proves', async () => {
      const machine = createMachineSigner(keys);
      const { files, html, markdown } = await play(machine, 'plain', 'machine');
      write(files);
      expect(await verify('--key', publicKeyFile(keys))).toBe(0);
      for (const text of [printed, html, markdown])
        expect(text).toContain('whoever may use that machine may use its key');
    });

    it('whose key signed another text does not hold', async () => {
      const { files } = await play({ ...own, sign: () => own.sign('another text') });
      write(files);
      expect(await verify('--key', key(own.pem))).toBe(1);
      expect(printed).toContain('report.sig does not hold');
    });

    it.each(['machine', 'arn:aws:kms:eu-central-1:000000000000:key/another', ''])(
      'by another signer than the report names is not verified: %j',
      async (signer) => {
        const { files } = await play(own);
        const { head } = JSON.parse(files.get('report.sig') ?? '') as { head: string };
        const claim = { head, signer };
        const forged = { ...claim, publicKey: own.pem, signature: await own.sign(signedText(claim)) };
        write(new Map([...files, ['report.sig', renderSignature(forged)]]));
        expect(await verify('--key', key(own.pem))).toBe(1);
        expect(printed).toContain(`report.sig is by ${signer}, and the report names`);
      },
    );

    it.each([
      ['nothing', ''],
      ['a private key', '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n'],
      ['text', 'my key'],
    ])('is not compared with %s', async (_what, text) => {
      expect(await verify('--key', key(text))).toBe(2);
      expect(complained).toContain('is not a public key, PEM or as KMS prints it');
    });
  });
});
