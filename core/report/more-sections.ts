import type { PackageArchive } from '../package/archive.ts';
import type { Report } from './build.ts';
import type { Markup } from './markup.ts';

type Section = (report: Report, archive: PackageArchive | undefined) => Markup | undefined;

/** A section of the page: its id, its name among the links, and what it shows, if anything. */
export type NamedSection = readonly [string, string, Section];

/**
 * What only the report of a release shows. It is handed to the renderer, so that the function that reports a rollback, the
 * largest of all, does not carry it.
 */
export interface MoreSections {
  readonly html: NamedSection;
  readonly markdown: (report: Report, archive: PackageArchive | undefined) => string[];
}
