/** Revisions know the turn that made them: what one sentence changed is taken back together. */
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

export async function up(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('revisions').addColumn('turn', 'text').execute();
}
