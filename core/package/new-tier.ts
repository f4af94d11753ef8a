/** A tier that does not exist yet: everything its files are written from. */
export interface NewTier {
  readonly id: string;
  /** Path below the package folder. */
  readonly file: string;
  /** The part of the file name after its number: also the axis code of the example rows. */
  readonly slug: string;
  readonly name: string;
  readonly title: string;
  /** What its rows carry in `created_by`. */
  readonly tag: string;
  readonly proof: string;
}
