/** What all tools share: the connection, and turns that go on while a client looks away. */
import { sendMessage, type Answer, type Connection } from '#client';
import { asEditorError, fail, type EditorError } from '#core/errors';

export type DeskOptions = {
  readonly connection: Connection;
  /** Whether tools may read and write files of this machine; only where the client runs as the same user. */
  readonly usesFiles: boolean;
  /** Ends what is still waiting. */
  readonly signal: AbortSignal;
};

/** A turn of the editor: still going, answered, or failed. */
export type Turn = {
  readonly id: string;
  readonly sessionId: string;
  /** Resolves when it has ended, either way. */
  readonly ended: Promise<void>;
  answer?: Answer;
  error?: EditorError;
  /** The last sign of life. */
  status?: string;
};

export type Desk = DeskOptions & {
  /** Begins a turn. It belongs to the desk: a request that is given up ends the wait, not the turn. */
  startTurn(sessionId: string, text: string): Turn;
  /** Errors: RESOURCE_NOT_FOUND. */
  findTurn(id: string): Turn;
};

/** As many ended turns can still be asked for. */
const keptTurns = 200;

export function createDesk(options: DeskOptions): Desk {
  const turns = new Map<string, Turn>();
  return {
    ...options,
    startTurn(sessionId, text) {
      const { connection, signal } = options;
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      const turn: Turn = { id: `turn_${connection.newId()}`, sessionId, ended };
      turns.set(turn.id, turn);
      const oldest = [...turns.values()].find(({ answer, error }) => answer !== undefined || error !== undefined);
      if (turns.size > keptTurns && oldest !== undefined) turns.delete(oldest.id);
      sendMessage(connection, { sessionId, text }, { signal, onStatus: (status) => (turn.status = status) })
        .then(
          (answer) => (turn.answer = answer),
          (error: unknown) => (turn.error = asEditorError(error)),
        )
        .finally(resolve);
      return turn;
    },
    findTurn(id) {
      const turn = turns.get(id);
      if (turn === undefined) throw fail('RESOURCE_NOT_FOUND', { what: 'Job' });
      return turn;
    },
  };
}
