/** Names for new things, from the system's random source. None carries meaning, all are still authorised on use. */
import { randomBytes, randomInt } from 'node:crypto';

export type Ids = {
  /** `nmv_usr_` + 192 random bits. Only its hash is kept. */
  token(): string;
  /** `clm_` + 192 random bits. */
  claimToken(): string;
  /** `anon_` + 16 hex digits. */
  anonymousUser(): string;
  /** 38 digits, 126 random bits: the wire wants a numeric string. */
  session(): string;
  /** `task_` + 22 characters. */
  task(): string;
  /** `ast_` + 22 characters, 131 random bits. */
  asset(): string;
  /** `e-` + 22 characters: ADK's invocation ids look so. */
  invocation(): string;
  /** `<prefix>_` + 22 characters, 131 random bits. */
  other(prefix: string): string;
};

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const pick = (count: number, from: string): string => Array.from({ length: count }, () => from[randomInt(from.length)]).join('');

export function createIds(): Ids {
  const other = (prefix: string): string => `${prefix}_${pick(22, alphabet)}`;
  return {
    token: () => `nmv_usr_${randomBytes(24).toString('base64url')}`,
    claimToken: () => `clm_${randomBytes(24).toString('base64url')}`,
    anonymousUser: () => `anon_${randomBytes(8).toString('hex')}`,
    session: () => pick(1, '123456789') + pick(37, '0123456789'),
    task: () => other('task'),
    asset: () => other('ast'),
    invocation: () => `e-${pick(22, alphabet)}`,
    other,
  };
}
