/** Facts that cross borders: analyses of assets, receipts of tools, proofs of exports. */
export type { LoudnessFacts, NoiseFacts, PauseFacts, SoundAnalysis, SoundFacts, SpeechFacts } from './facts.ts';
export type { BeatFacts } from './beats.ts';
export { pictureAnalyses, problemKinds, soundAnalyses, type Problem, type ProblemKind } from './problems.ts';
export type { SoundFaults } from './sound-faults.ts';
export type { SelfSyncFacts, SyncFacts, SyncRefusal } from './sync.ts';
export type { Sentence, SpokenText, Transcript, TranscriptSource, Word } from './words.ts';
export type { Receipt } from './receipt.ts';
export type { Proof, ProofCheck, RenderStats } from './proof.ts';
export { findCuts, type CutOptions, type PauseCuts, type PauseDoubt, type PausePolicy } from './pause-policy.ts';
export { musicMoods, type MusicBed, type MusicFacts, type MusicMood, type MusicRequest } from './music.ts';
export type {
  FramingFacts,
  JumpCut,
  JumpCutFacts,
  MotionFacts,
  PictureAnalysis,
  PictureFacts,
  PictureFaults,
  QualityFacts,
  ShakeFacts,
  ShakeRange,
  ShotChange,
  ShotFacts,
} from './picture-facts.ts';
