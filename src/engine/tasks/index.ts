/** What media workers can be asked to do: types only, safe to import anywhere. */
export { pictureAnalysisVersions, soundAnalysisVersions } from './analysis-versions.ts';
export type { MeasuredParts, SoundMeasures, StretchMeasures } from './measured-parts.ts';
export {
  partPath,
  pathsOf,
  type DenoiseFacts,
  type MediaSource,
  type RecogniserChoice,
  type RecogniserModel,
  type SampleRequest,
  type SampleTruth,
  type TaskContext,
  type TaskImplementation,
  type TaskInput,
  type TaskName,
  type TaskOutput,
  type TaskTable,
  type VoiceChoice,
  type VoiceModel,
} from './tasks.ts';
