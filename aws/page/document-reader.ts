import {
  DescribeDocumentCommand,
  GetDocumentCommand,
  InvalidDocument,
  InvalidDocumentVersion,
  SSMClient,
  type SSMClientConfig,
} from '@aws-sdk/client-ssm';
import type { DocumentReader } from '../../core/approval/page/ports.ts';
import { answersWithin } from '../time-outs.ts';

/** Command documents in SSM, by version. */
export function createDocumentReader(config: SSMClientConfig = {}): DocumentReader {
  const client = new SSMClient({ requestHandler: answersWithin, ...config });
  return {
    async read(Name, DocumentVersion) {
      try {
        const request = { Name, DocumentVersion };
        const [{ Content: content }, { Document }] = await Promise.all([
          client.send(new GetDocumentCommand(request)),
          client.send(new DescribeDocumentCommand(request)),
        ]);
        return content === undefined || Document?.Hash === undefined ? undefined : { content, hash: Document.Hash };
      } catch (error) {
        if (error instanceof InvalidDocument || error instanceof InvalidDocumentVersion) return undefined;
        throw error;
      }
    },
  };
}
