import type { Receipt } from '#core/facts';

type Outcome = Partial<Pick<Receipt, 'done' | 'skipped' | 'facts' | 'warnings' | 'revision' | 'question' | 'jobId' | 'text'>>;

/** A receipt with every list there; `status` says what came of it. */
export function receipt(tool: string, status: Receipt['status'], asked: object, outcome: Outcome = {}): Receipt {
  return { tool, status, asked: { ...asked }, done: [], skipped: [], facts: {}, warnings: [], ...outcome };
}

/** Nothing to do, and why. */
export function unchanged(tool: string, asked: object, reason: string): Receipt {
  return receipt(tool, 'unchanged', asked, { skipped: [{ what: tool, reason }] });
}
