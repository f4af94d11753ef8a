import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { documentDigest } from '../../command/document.ts';
import { parseJson, parseJsonAs } from '../../base/json.ts';
import { requestIn } from '../approval-request.ts';
import type { FoundRun } from './find-run.ts';
import { Refusal } from './http.ts';
import type { PagePorts } from './ports.ts';

const contentSchema = z.looseObject({
  mainSteps: z.tuple([z.looseObject({ inputs: z.looseObject({ runCommand: z.array(z.string()) }) })]),
});
const payload = /^one_roof_payload='([A-Za-z0-9+/=]+)'$/;
const preludeBytes = /^one_roof_prelude_bytes='([0-9]+)'$/;
/** More than any script has: a document has 64 KB. */
const MOST_BYTES = 4 * 1024 * 1024;

function valueOf(lines: readonly string[], pattern: RegExp): string | undefined {
  return lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(0);
}

/** The SQL that a document carries, without the statements that run before every script. */
function sqlOf(content: string): string | undefined {
  const lines = parseJsonAs(contentSchema, content)?.mainSteps[0].inputs.runCommand ?? [];
  const packed = valueOf(lines, payload);
  const skipped = valueOf(lines, preludeBytes);
  if (packed === undefined || skipped === undefined) return undefined;
  const bytes = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_BYTES });
  return bytes.subarray(Number(skipped)).toString('utf8');
}

/**
 * The SQL of a script as it will run: from the version of its document that the run pinned, compared with the pinned
 * hash and with the digest that was known when the page was deployed.
 * @throws Refusal 404 for a script that the release does not have, 409 when the document is another one.
 */
export async function showScript(
  ports: PagePorts,
  { events }: FoundRun,
  script: string,
): Promise<{ readonly script: string; readonly sql: string; readonly version: string }> {
  const pins = events.map(requestIn).findLast((request) => request !== undefined)?.shown.documents ?? {};
  const { documentDigests, documentPrefix } = ports.files.facts;
  const digest = Object.hasOwn(documentDigests, script) ? documentDigests[script] : undefined;
  const pin = Object.hasOwn(pins, script) ? pins[script] : undefined;
  if (pin === undefined || digest === undefined) throw new Refusal(404, 'This release has no such script.');
  const found = await ports.documents.read(documentPrefix + script, pin.version);
  const same = found?.hash === pin.hash && documentDigest(parseJson(found.content)) === digest;
  const sql = found === undefined || !same ? undefined : sqlOf(found.content);
  if (sql === undefined) {
    throw new Refusal(409, 'The script cannot be shown: its document is not the one that was deployed with this page.');
  }
  return { script, sql, version: pin.version };
}
