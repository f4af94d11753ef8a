/** Name of the archive of a package in the folder of a run; a file of its own, so that no function bundles more for it. */
export const archiveFile = 'package-archive.json';
