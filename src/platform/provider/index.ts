/** Asking servers of the OpenAI protocol that the operator configured, for voices and transcripts alike. */
export { askProvider, type ProviderAnswer, type ProviderRequest } from './ask-provider.ts';
