import { parseWrapperOutput, proofFacts } from '../../../core/command/wrapper-output.ts';

const runId = '0a1b2c3d4e5f';
const end = (exit: string, outcome: string) =>
  `one-roof end run=${runId} script=tier-3 exit=${exit} outcome=${outcome}`;
const lastLine = (text: string) => parseWrapperOutput(text).end;

describe('the last line', () => {
  it('is read when it is the last one', () => {
    expect(lastLine(`one-roof begin run=${runId} script=tier-3 exit=0\n| x\n\n${end('0', 'proven')}\n`)).toEqual({
      runId,
      scriptId: 'tier-3',
      exit: 0,
    });
  });

  it('still counts when only docker failed after it', () => {
    expect(lastLine(`${end('0', 'proven')}\none-roof note docker exec ended with 1\n`)?.exit).toBe(0);
  });

  it.each([
    ['psql printed it', `| ${end('0', 'proven')}\n`],
    ['something follows it', `${end('0', 'proven')}\n| more\n`],
    ['it is cut', end('0', 'proven').slice(0, -1)],
    ['code and word do not fit', end('0', 'script-error')],
    ['its code is none of ours', end('137', 'proven')],
    ['its code is the name of a method', end('constructor', 'proven')],
    ['its run id is none', end('0', 'proven').replace(runId, 'xyz')],
    ['it stands inside a line', `x ${end('0', 'proven')}`],
    ['there is nothing', ''],
  ])('does not count when %s', (_name, text) => {
    expect(lastLine(text)).toBeUndefined();
  });
});

it('never throws, whatever it is given', () => {
  for (const text of [
    '\0',
    '\n'.repeat(1000),
    '| ',
    '|',
    'one-roof ',
    'psql:',
    '\u{1f600}',
    'x'.repeat(100_000),
    '\r\r',
  ]) {
    expect(() => parseWrapperOutput(text)).not.toThrow();
  }
});

describe('how long the statements took', () => {
  const begins = 'one-roof statements ';
  const read = (...printed: string[]) => parseWrapperOutput(printed.map((line) => `| ${line}\n`).join('')).statements;
  const timed = (milliseconds: number, rows?: number) => ({ milliseconds, ...(rows === undefined ? {} : { rows }) });

  it('is read with the rows of their command tags, over a second and over a minute too', () => {
    const told = read(
      ...[begins, 'CREATE TABLE', 'Time: 0.049 ms', 'INSERT 0 2160', 'Time: 3.150 ms', 'UPDATE 24'],
      ...['Time: 1234.567 ms (00:01.235)', 'DELETE 0', 'Time: 60000.040 ms (01:00.000)', 'COPY 7', 'Time: 1.000 ms'],
      ...['SELECT 5', 'Time: 2.000 ms', 'MERGE 3', 'Time: 2.000 ms', 'a row', 'Time: 9.950 ms', 'Time: 0.300 ms'],
      ...['Timing is off.', 'new=30'],
    );
    const first = [timed(0.049), timed(3.15, 2160), timed(1234.567, 24), timed(60000.04, 0), timed(1, 7)];
    expect(told).toEqual({ '': [...first, timed(2, 5), timed(2, 3), timed(9.95), timed(0.3)] });
  });

  it('is read for each part of a trial', () => {
    const told = read(`${begins}tier-1`, 'Time: 1.000 ms', `${begins}tier-2`, `${begins}take-back`, 'Time: 2.000 ms');
    expect(told).toEqual({ 'tier-1': [timed(1)], 'tier-2': [], 'take-back': [timed(2)] });
  });

  it('holds nothing of rows, whatever they look like', () => {
    expect(read(begins, 'ANN OF KENT', 'Time: 1.000 ms', 'UPDATE ANN', 'Time: 2.000 ms')).toEqual({
      '': [timed(1), timed(2)],
    });
    expect(read(begins, 'INSERT 0 5', 'a row', 'Time: 1.000 ms')).toEqual({ '': [timed(1)] });
    expect(read(`${begins}Ann of Kent`, 'Time: 1.000 ms')).toBeUndefined();
  });

  it.each([
    'Zeit: 2,000 ms',
    'Time: 12',
    'Time: 2,000 ms',
    ' Time: 2.000 ms',
    'Time: 2.000 ms and more',
    'Time: -1.000 ms',
  ])('is not told by %j: another language, or a line that was cut', (line) => {
    expect(read(begins, line)).toEqual({ '': [] });
  });

  it('is not told of a script that is not timed, nor by the wrapper itself', () => {
    expect(read('Time: 1.000 ms', 'INSERT 0 5')).toBeUndefined();
    expect(parseWrapperOutput(`${begins}\nTime: 1.000 ms\n`).statements).toBeUndefined();
  });
});

describe('what may be said of a failure', () => {
  const error = (message: string) => `| psql:tier_3.sql:12: ERROR:  P0001: ${message}`;

  it('is our own refusal, all its lines', () => {
    const output = parseWrapperOutput(`${error('REFUSING: gap=216, expected 210')}\n| REFUSING: ospa=0, expected 1\n`);
    expect(output.refusal).toBe('REFUSING: gap=216, expected 210; REFUSING: ospa=0, expected 1');
  });

  it('is a SQLSTATE with file and line, of the error that ended the script', () => {
    const caught = '| psql:prelude.sql:2: ERROR:  55P03: canceling statement due to lock timeout';
    const last = '| psql:tier_3.sql:7: ERROR:  23505: duplicate key value violates unique constraint "x"';
    const output = parseWrapperOutput(`${caught}\n${last}\n| DETAIL:  Key (name)=(secret) already exists.\n`);
    expect(output.error).toEqual({ sqlstate: '23505', file: 'tier_3.sql', line: 7 });
    expect(output.refusal).toBeUndefined();
    expect(JSON.stringify({ ...output, lines: [] })).not.toContain('secret');
  });

  it.each([
    ['German', 'FEHLER', 'HINWEIS', 'WARNUNG'],
    ['French', 'ERREUR', 'NOTICE', 'ATTENTION'],
    ['Polish', 'BŁĄD', 'UWAGA', 'OSTRZEŻENIE'],
    ['Russian', 'ОШИБКА', 'ЗАМЕЧАНИЕ', 'ПРЕДУПРЕЖДЕНИЕ'],
    ['Chinese', '错误', '注意', '警告'],
    ['English', 'FATAL', 'NOTICE', 'WARNING'],
  ])('is found in what a server says in %s, and a notice or a warning is none', (_, error, notice, warning) => {
    const said = (severity: string, state: string, text: string) => `| psql:t.sql:7: ${severity}:  ${state}: ${text}\n`;
    const refused = parseWrapperOutput(said(error, 'P0001', 'REFUSING: gap=216, expected 210'));
    expect(refused.refusal).toBe('REFUSING: gap=216, expected 210');
    const failed = said(error, '42P01', 'Relation »nix«') + said(notice, '00000', 'x') + said(warning, '01000', 'y');
    expect(parseWrapperOutput(failed).error).toEqual({ sqlstate: '42P01', file: 't.sql', line: 7 });
    expect(parseWrapperOutput(said(notice, '00000', 'x') + said(warning, '01000', 'y')).error).toBeUndefined();
  });

  it('is read to its end when a name in it holds a line separator, and so is a proof', () => {
    const line = '| psql:a.sql:3: ERROR:  P0001: REFUSING: collections missing: a\u2028b\n';
    expect(parseWrapperOutput(line).refusal).toBe('REFUSING: collections missing: a\u2028b');
    expect(proofFacts('^gate (?<json>.*)$', 'gate {"a":"\u2028"}')).toEqual({ json: '{"a":"\u2028"}' });
  });

  it('is not a refusal that a row of data spells', () => {
    expect(parseWrapperOutput('| a row: REFUSING: everything\n').refusal).toBeUndefined();
  });

  it('is what Docker or the wrapper say, cut to 300 characters', () => {
    expect(parseWrapperOutput(`Error response from daemon: ${'x'.repeat(400)}`).note).toHaveLength(300);
    expect(parseWrapperOutput('one-roof note nothing was run').note).toBe('nothing was run');
  });

  it('is the reason why psql found no server, but not what a later line repeats', () => {
    const refused = 'psql: error: connection to server at "x" failed: FATAL:  database "directus" does not exist';
    expect(parseWrapperOutput(`| ${refused}\n`).note).toBe(refused);
    expect(parseWrapperOutput(`| a row\n| ${refused}\n`).note).toBeUndefined();
  });
});

describe('facts', () => {
  it('are the named groups of the proof pattern', () => {
    expect(proofFacts('^new=(?<new>[0-9]+) gap=(?<gap>[0-9]+)$', 'new=30 gap=0')).toEqual({ new: '30', gap: '0' });
    expect(proofFacts('^TIER 8 VERIFY PASS$', 'TIER 8 VERIFY PASS')).toEqual({});
  });

  it('are absent when the line does not match', () => {
    expect(proofFacts('^new=(?<new>[0-9]+)$', 'new=30 gap=0')).toBeUndefined();
  });
});
