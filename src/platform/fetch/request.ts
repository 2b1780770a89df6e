/** One hop: a GET to an address that was checked, with limits on time; no cookies, no credentials, no proxy. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Target } from './address.ts';

export type Limits = {
  /** Milliseconds to a connection, and from there to the first byte of the answer. */
  readonly connectMs: number;
  readonly firstByteMs: number;
  /** Bytes that have to arrive in every `windowMs`, or it is given up. */
  readonly windowBytes: number;
  readonly windowMs: number;
  /** Milliseconds for everything, redirects included. */
  readonly totalMs: number;
};

/** Resolves with the answer's head; the caller reads or destroys it. Rejects on any failure. */
export function openHop(target: Target, limits: Limits, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, host, port, address } = target;
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send({
      // A number, so that nothing is looked up again between the check and the connection.
      host: address,
      port,
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      agent: false,
      setHost: false,
      // A name in the certificate is checked against the name that was asked for, not the pinned number.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      headers: { host: url.host, accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Rushes' },
      signal,
    });
    const giveUp = (): void => void request.destroy(new Error('too slow'));
    let timer = setTimeout(giveUp, limits.connectMs);
    request.once('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        timer = setTimeout(giveUp, limits.firstByteMs);
      });
    });
    request.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end();
  });
}

/** The body, as it comes; ends with an error where it gets too slow. Leaving the loop closes the connection. */
export async function* readBody(response: IncomingMessage, limits: Limits): AsyncGenerator<Uint8Array> {
  let inWindow = 0;
  const timer = setInterval(() => {
    if (inWindow < limits.windowBytes) response.destroy(new Error('too slow'));
    inWindow = 0;
  }, limits.windowMs);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      inWindow += chunk.length;
      yield chunk;
    }
  } finally {
    clearInterval(timer);
    response.destroy();
  }
}
