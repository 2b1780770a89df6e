/** Links in replies: signed by the editor, under the address that this client used to reach the server. */
import { baseUrlOf, type HttpContext, type HttpRequest } from './http-context.ts';

/** An absolute link to `path` that needs no header and expires. */
export async function linkTo(http: HttpContext, request: HttpRequest, path: string): Promise<string> {
  const { pathname, search } = new URL(await http.services.signLink(path));
  return `${baseUrlOf(http, request)}${pathname}${search}`;
}
