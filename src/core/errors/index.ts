/** Failures: one class, one table, one mapping to statuses and exit codes. */
export { codes, kinds, type ErrorCode, type ErrorKind, type KindMeaning } from './codes.ts';
export {
  EditorError,
  asEditorError,
  errorFromJson,
  fail,
  isEditorError,
  type ErrorDetails,
  type ErrorJson,
} from './editor-error.ts';
