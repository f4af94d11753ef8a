import { canonicalJson, namedDigest } from '../base/digest.ts';
import { CHAIN_START, type EvidenceEntry } from './evidence.ts';
import { parseEntry } from './parse-entries.ts';

/** One entry as it is stored, before anybody has judged it. */
export interface ChainLink {
  /** How a problem names it: a file, or `entry 3`. */
  readonly name: string;
  /** The number under which it is stored. */
  readonly sequence: number;
  /** Undefined when the bytes are not UTF-8. */
  readonly text: string | undefined;
  /** Undefined when the text is not an entry. */
  readonly entry: EvidenceEntry | undefined;
}

/** A stored text as a link of a chain. */
export function chainLink(name: string, sequence: number, text: string | undefined): ChainLink {
  return { name, sequence, text, entry: text === undefined ? undefined : parseEntry(text) };
}

/**
 * Says what is wrong with one link that should follow another: its bytes, its number, its run, and the digest by which
 * it follows. The only check of a chain: the report, `verify-report` and the tests all ask here.
 */
function* linkProblems(link: ChainLink, before: ChainLink | undefined): Generator<string> {
  const { text, entry, sequence } = link;
  if (text === undefined || entry === undefined) {
    yield text === undefined ? 'is not UTF-8 text' : 'is not an evidence entry';
    return;
  }
  if (entry.sequence !== sequence) yield `says it is number ${entry.sequence}`;
  if (canonicalJson(entry) !== text) yield 'is not in canonical form';
  if (before?.entry !== undefined && before.entry.runId !== entry.runId) yield `belongs to run ${entry.runId}`;
  const expected = before === undefined ? CHAIN_START : namedDigest(before.text ?? '');
  if (entry.previous !== expected) yield `does not follow from ${before?.name ?? 'the start of a chain'}`;
}

/** What is wrong with a chain, by the name of the link at which it shows; empty when the chain is whole. */
export function checkChain(links: readonly ChainLink[]): { readonly name: string; readonly problem: string }[] {
  return links.flatMap((link, index) =>
    [...linkProblems(link, links[index - 1])].map((problem) => ({ name: link.name, problem })),
  );
}

/** Checks a run's chain by its texts alone, in order; returns one line per problem, none when the chain is whole. */
export function chainProblems(texts: readonly string[]): string[] {
  const links = texts.map((text, index) => chainLink(`entry ${index + 1}`, index + 1, text));
  return checkChain(links).map(({ name, problem }) => `${name} ${problem}`);
}
