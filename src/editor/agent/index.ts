/** The agent: messages in, durable turns, events out. */
export { startTurn, type TurnRequest } from './start-turn.ts';
export { handleTurns } from './run-turn.ts';
export { watchEvents, type WatchRequest } from './watch-events.ts';
