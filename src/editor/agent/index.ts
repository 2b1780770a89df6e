/** The agent: messages in, durable turns, events out. */
export { startTurn, type TurnRequest } from './start-turn.ts';
export { handleTurns } from './run-turn.ts';
export { planTurns, type Plan, type PlannedCall, type PlannedTurn, type PlanRequest } from './plan.ts';
export { openPlanWorkspace } from './plan-workspace.ts';
export { watchEvents, type WatchRequest } from './watch-events.ts';
