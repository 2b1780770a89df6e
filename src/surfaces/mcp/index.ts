/** The Model Context Protocol: the editor as tools of an assistant, over standard input or HTTP. */
export { createDesk, type Desk, type DeskOptions } from './desk.ts';
export { createMcpServer } from './mcp-server.ts';
export { serveMcpHttp, type McpHttpServer } from './serve-http.ts';
export { serveMcpStdio } from './serve-stdio.ts';
