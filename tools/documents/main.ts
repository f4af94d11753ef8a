import { join } from 'node:path';
import { updateDocuments } from './update-documents.ts';

process.exitCode = updateDocuments(join(__dirname, '../..'), { check: process.argv.includes('--check') });
