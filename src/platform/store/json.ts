/** JSON columns. What is read was written by this module, so it is trusted; undefined becomes NULL and back. */
export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

export function toJsonOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

/** The type is the writer's: each column is written by one function only. */
export function fromJson<Value>(text: string): Value {
  return JSON.parse(text) as Value;
}

/** `{ name: value }`, or nothing where the column is NULL: for exact optional fields. */
export function optional<Name extends string, Value>(name: Name, value: Value | null): { [Key in Name]?: Value } {
  return value === null ? {} : ({ [name]: value } as { [Key in Name]: Value });
}

export function optionalJson<Name extends string, Value>(name: Name, text: string | null): { [Key in Name]?: Value } {
  return text === null ? {} : ({ [name]: fromJson<Value>(text) } as { [Key in Name]: Value });
}
