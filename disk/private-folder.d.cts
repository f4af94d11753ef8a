/**
 * The user's cache folder for what is costly to make again; undefined when others could write into it, or it cannot be
 * made. What lies there is run and believed, so nobody else may have put it there.
 */
export function privateFolder(): string | undefined;
