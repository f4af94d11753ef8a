import { createJsonLog } from '../../aws/json-log.ts';
import type { Log } from '../../core/base/ports.ts';

/** The lines that something writes through the log it has on AWS, where both streams of a function are its log. */
export async function logged(act: (log: Log) => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const spies = ([process.stdout, process.stderr] as const).map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      lines.push(...String(text).split('\n').filter(Boolean));
      return true;
    }),
  );
  try {
    await act(createJsonLog()).catch(() => undefined);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines;
}
