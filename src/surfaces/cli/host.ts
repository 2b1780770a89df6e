/**
 * The server a command talks to: the one that NEMO_API_URL names, or one of its own that lives as long as the command.
 * Either way the command speaks the same HTTP API through the same SDK.
 */
import { randomUUID } from 'node:crypto';
import { connect, type Connection } from '#client';
import type { Asset } from '#core/asset';
import type {
  SelfSyncFacts,
  MusicFacts,
  MusicRequest,
  PictureAnalysis,
  PictureFacts,
  Problem,
  SoundAnalysis,
  SoundFacts,
  Transcript,
} from '#core/facts';
import type { GivenWords } from '#core/words';
import type { Plan, PlanRequest } from '#editor/agent';
import type { SampleRequest, SampleTruth } from '#engine/tasks';
import type { Config } from '#platform/config';
import { fileIdentity, memoryIdentity } from './identity.ts';

/** What app.ts gives: a server inside this process. */
export type EmbeddedServer = {
  readonly url: string;
  readonly token: string;
  /** Analyses of media in a session, straight from the editor: what the wire has no endpoint for. */
  readonly soundFacts: (
    sessionId: string,
    analyses: readonly SoundAnalysis[],
    onProgress?: (fraction: number) => void,
  ) => Promise<readonly { readonly asset: Asset; readonly facts: SoundFacts }[]>;
  readonly pictureFacts: (
    sessionId: string,
    analyses: readonly PictureAnalysis[],
    onProgress?: (fraction: number) => void,
  ) => Promise<readonly { readonly asset: Asset; readonly facts: PictureFacts }[]>;
  /** What is wrong with a session's video, worst first. */
  readonly problems: (sessionId: string) => Promise<readonly Problem[]>;
  /** How late the sound of the first video with sound is to its picture; undefined where there is none. */
  readonly selfSync: (sessionId: string) => Promise<SelfSyncFacts | undefined>;
  /** What is said in the session's first recording; what is given is kept first. Errors: WORDS_MISSING, WORDS_MISMATCH. */
  readonly transcribe: (sessionId: string, given?: GivenWords, onProgress?: (fraction: number) => void) => Promise<Transcript>;
  /** The sample recording with known truth. */
  readonly makeSample: (
    request: SampleRequest,
    outputPath: string,
    onProgress?: (fraction: number) => void,
  ) => Promise<SampleTruth>;
  /** A bed of music as a WAV or FLAC file. */
  readonly makeMusic: (request: MusicRequest, outputPath: string, onProgress?: (fraction: number) => void) => Promise<MusicFacts>;
  /** What instructions would do to a session of a server that was started for planning. */
  readonly plan: (request: Omit<PlanRequest, 'userId'>) => Promise<Plan>;
  close(): Promise<void>;
};

/** `planning`: exports are noted and not done, and `plan` may be called. */
export type StartEmbedded = (config: Config, options?: { readonly planning?: boolean }) => Promise<EmbeddedServer>;

export type Host = {
  readonly connection: Connection;
  readonly embedded: EmbeddedServer | undefined;
  close(): Promise<void>;
};

export const attribution = { source: 'rushes-cli', version: '0.1.0', platform: 'unknown' } as const;

export async function openHost(config: Config, startEmbedded: StartEmbedded): Promise<Host> {
  if (config.clientUrl !== undefined) {
    const connection = connect({
      baseUrl: config.clientUrl,
      ...(config.clientToken === undefined ? {} : { token: config.clientToken }),
      identity: fileIdentity(config.clientUrl),
      attribution,
      newId: randomUUID,
    });
    return { connection, embedded: undefined, close: () => Promise.resolve() };
  }
  const embedded = await startEmbedded(config);
  const connection = connect({
    baseUrl: embedded.url,
    token: embedded.token,
    identity: memoryIdentity({ clientId: randomUUID(), token: embedded.token }),
    attribution,
    newId: randomUUID,
  });
  return { connection, embedded, close: () => embedded.close() };
}
