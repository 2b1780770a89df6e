/** The one client for addresses that users give. */
export type FetchedBody = {
  /** The name at the end of the address, decoded, for display only. */
  readonly name: string;
  readonly contentType?: string;
  readonly chunks: AsyncIterable<Uint8Array>;
};

export type SafeFetch = {
  /**
   * Opens a public http(s) address for reading. Limits of time, rate and bytes also hold while `chunks` is read;
   * leaving the loop closes the connection.
   * Errors: URL_REFUSED, one message for every reason; UPLOAD_TOO_LARGE.
   */
  open(url: string, options: { readonly limitBytes: number; readonly signal?: AbortSignal }): Promise<FetchedBody>;
};
