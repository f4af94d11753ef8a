import { createHash } from 'node:crypto';
import type { Report } from './build.ts';
import { chainSection, figuresSection, timelineSection } from './html-evidence.ts';
import { toneSign } from './html-icons.ts';
import { endStateSection, probeSection, rollbackSection, trialSection } from './html-outcome.ts';
import { factList, mono } from './html-parts.ts';
import type { PackageArchive } from '../package/archive.ts';
import { packageSection } from './html-package.ts';
import { peopleSection } from './html-people.ts';
import type { MoreSections, NamedSection } from './more-sections.ts';
import { approvalSection, gateSection, pathSection } from './html-sections.ts';
import { styleSheet } from './html-style.ts';
import { Markup, markup } from './markup.ts';
import { tellStory } from './story.ts';
import type { Story } from '../ending/story.ts';
import { duration, readable, secondsBetween } from './time.ts';

/**
 * Content security policy of the page: only this very style sheet is allowed; no script, no network, no injected style.
 */
const policy = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(styleSheet).digest('base64')}'`;

const sections = (more: readonly NamedSection[]): readonly NamedSection[] => [
  ['path', 'Steps', pathSection],
  ['gate', 'Gate', gateSection],
  ['approval', 'Approval', approvalSection],
  ['people', 'People', peopleSection],
  ['trial', 'Trial', trialSection],
  ...more,
  ['rollback', 'Rollback', rollbackSection],
  ['end-state', 'End state', endStateSection],
  ['probe', 'Baseline', probeSection],
  ['sql', 'SQL', (_report, archive) => packageSection(archive)],
  ['timeline', 'Timeline', timelineSection],
  ['evidence', 'Evidence', chainSection],
  ['figures', 'Figures', figuresSection],
];

function header(report: Report, story: Story): Markup {
  const { execution, state } = report;
  const what = report.kind === 'release' ? 'Production release' : 'Rollback of a production release';
  const facts = [
    { name: 'Run', value: mono(report.runId) },
    { name: 'Started', value: readable(execution.startedAt) },
    { name: 'Took', value: duration(secondsBetween(execution.startedAt, report.endedAt)) },
    { name: 'Approved under', value: state.approval?.apr ?? 'not approved' },
    { name: 'Package digest', value: mono(report.packageDigest), wide: true },
  ];
  return markup`<header class="${story.tone}">
<p class="over">${what} of ${report.title}, ended ${readable(report.endedAt)}</p>
<div class="hero">${toneSign(story.tone)}<div><h1>${story.title}</h1></div></div>
<div class="three">
<div><h2>What happened</h2><p>${story.happened}</p></div>
<div><h2>The database now</h2><p>${story.database}</p></div>
<div><h2>What to do next</h2><p>${story.next}</p></div>
</div>
${factList(facts)}</header>
`;
}

/**
 * Renders a report as a single page that needs no network and no script, for a screen, a phone or paper; with the package that
 * lies in the folder of the run, where there is one.
 */
export function renderHtml(report: Report, archive?: PackageArchive, more?: MoreSections): string {
  const story = tellStory(report);
  const shown = sections(more === undefined ? [] : [more.html]).flatMap(([id, name, render]) => {
    const body = render(report, archive);
    return body === undefined ? [] : [{ id, name, body }];
  });
  const links = shown.map(({ id, name }) => markup`<li><a href="#${id}">${name}</a></li>`);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${report.title}, ${report.kind} ${report.runId}: ${story.title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(styleSheet)}</style>
</head>
<body>
<div class="page">
${header(report, story)}<nav aria-label="Sections of this report"><ul>${links}</ul></nav>
<main>
${shown.map(({ body }) => body)}</main>
<footer>Made from the evidence of run ${mono(report.runId)} alone; the same evidence gives the same page, byte by byte. Execution ${mono(report.execution.arn)}</footer>
</div>
</body>
</html>
`.html;
}
