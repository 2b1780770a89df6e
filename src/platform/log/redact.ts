/** Takes secrets out of what is logged: bearer tokens, claim tokens, signatures and passwords in addresses. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b(nmv_usr_|clm_)[A-Za-z0-9_-]+/g, '$1***'],
  [/\b(Bearer\s+)[^\s"']+/gi, '$1***'],
  // Everything after the path may sign or identify: presigned links, share links, tokens in queries.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)([^\s/?#"'@]*@)?([^\s?#"']*)([?#][^\s"']*)?/gi, '$1$3'],
  [/([?&](?:signature|token|key|sig)=)[^&\s"']+/gi, '$1***'],
];
const secretFields = /^(authorization|cookie|token|key|password|secret|signature|modelKey)$/i;

/** A copy that may be written down; errors become name, message, code and stack. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return secrets.reduce((text, [pattern, instead]) => text.replace(pattern, instead), value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 6) return '…';
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.map((entry) => redact(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      secretFields.test(name) && entry !== undefined ? '***' : redact(entry, depth + 1),
    ]),
  );
}

function redactError(error: Error & { readonly code?: unknown; readonly details?: unknown }, depth: number): unknown {
  const { name, message, stack, code, details, cause } = error;
  return redact({ name, message, code, details, stack, cause }, depth + 1);
}
