import type { Report } from './build.ts';
import { dataTable, factList, folded, mono, type Row, section } from './html-parts.ts';
import { type Markup, markup } from './markup.ts';
import { judgedAnswers, peopleRows, sentCommands } from './people.ts';
import { timeOfDay } from './time.ts';

function answerTable(report: Report): Markup | undefined {
  const rows = judgedAnswers(report).map(({ at, verdict, code, by, signedIn, reason }): Row => ({
    cells: [
      timeOfDay(at),
      markup`${verdict}${reason === '' ? undefined : markup`<span class="sub">${reason}</span>`}`,
      code === '' ? 'none' : mono(code),
      markup`${by}<span class="sub">${signedIn ? 'signed in' : 'declared'}</span>`,
    ],
  }));
  if (rows.length === 0) return undefined;
  return dataTable(
    'Every answer, right or wrong',
    [{ head: 'At (UTC)' }, { head: 'Judged' }, { head: 'Code' }, { head: 'By' }],
    rows,
  );
}

function commandTable(report: Report): Markup | undefined {
  const rows = sentCommands(report).map(({ step, script, commandId, document, sha256 }): Row => ({
    cells: [
      markup`${script}<span class="sub">${step}</span>`,
      markup`${mono(commandId)}<span class="sub mono">${document}</span><span class="sub mono">sha256 ${sha256}</span>`,
    ],
  }));
  if (rows.length === 0) return undefined;
  const columns = [{ head: 'Script, and the entry' }, { head: 'Command id, document and version, digest of the SQL' }];
  return folded('Every command that was sent, by its id', dataTable('Commands', columns, rows));
}

/** The section *Who did it, and with which command*: people as far as they said who they are, and what was sent. */
export function peopleSection(report: Report): Markup {
  const people = peopleRows(report).map(([name, value]) => ({ name, value }));
  const asked = markup`<p class="small soft">What is declared, the caller said. CloudTrail knows who called: <code>aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=StartExecution</code>, and in the same way <code>SendTaskSuccess</code>, <code>StopExecution</code> and <code>SendCommand</code>, whose answer holds the command id.</p>\n`;
  return section(
    'people',
    'Who did it, and with which command',
    markup`${people.length === 0 ? markup`<p>Nobody said who started this release.</p>\n` : factList(people)}${answerTable(report)}${commandTable(report)}${asked}`,
  );
}
