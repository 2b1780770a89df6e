/** The two shapes of every JSON reply: success with mirrored fields, and failure that all known clients can read. */
import type { EditorError } from '#core/errors';

type Fields = Readonly<Record<string, unknown>>;

/** `{"code":0,"message":"success","data":{…},…data}`; a field of `data` that would clash stays in `data` only. */
export function successBody(data: Fields): Fields {
  return { ...data, code: 0, message: 'success', data };
}

/** The same with `success: true`, for the render status object, which clients read in four ways. */
export function statusBody(data: Fields): Fields {
  return { ...successBody(data), success: true };
}

/** `{"code","message","detail","error"}`: skill clients read the first, ADK's Python and JavaScript clients the last two. */
export function failureBody(error: EditorError): Fields {
  return { code: error.wireCode, message: error.message, detail: error.message, error: error.message };
}

/** A JSON reply that no cache keeps. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  const text = JSON.stringify(body);
  return new Response(text, { status, headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers } });
}

/** A successful reply with the usual envelope. */
export function success(data: Fields): Response {
  return json(successBody(data));
}
