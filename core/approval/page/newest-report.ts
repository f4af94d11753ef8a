const reportFile = /^(?:report|rollback-[0-9]{4})\.html$/;

/** The HTML file that tells the newest ending of a run: of its last rollback, else of the release itself. */
export function newestReport(names: readonly string[]): string | undefined {
  // "rollback-…" sorts behind "report".
  return names
    .filter((name) => reportFile.test(name))
    .sort()
    .at(-1);
}
