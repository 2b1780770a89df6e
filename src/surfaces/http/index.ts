/** The HTTP API: every endpoint of the wire contract over the editor. */
export { createHttpApp, type HttpApp, type HttpAppOptions } from './app.ts';
export { openApiDocument } from './openapi.ts';
export { routes } from './routes/index.ts';
export { startServer, type RunningServer, type ServerOptions } from './server.ts';
export type { HttpConfig, Patience } from './http-context.ts';
export type { HttpServices, LoggedEvent, ServedFile, TurnRequest } from './services.ts';
