/** Why a language model was of no use, told apart once and said in one sentence. Never in the provider's own words. */
import { APICallError, RetryError } from 'ai';
import { asEditorError, isEditorError } from '#core/errors';
import type { Language } from '#editor/rules';

export type ModelFailure =
  | 'limited'
  | 'key-refused'
  | 'unreachable'
  | 'faulty'
  | 'silent'
  | 'cut-off'
  | 'confused'
  | 'refused'
  | 'in-circles'
  | 'restarted';

const sentences: Readonly<Record<ModelFailure, readonly [string, string]>> = {
  limited: ['The language model is over its rate limit', '语言模型已超出调用频率限制'],
  'key-refused': ['The provider of the language model refused the key', '语言模型服务拒绝了密钥'],
  unreachable: ['The language model cannot be reached', '无法连接语言模型'],
  faulty: ['The language model answered with an error', '语言模型返回了错误'],
  silent: ['The language model did not answer in time', '语言模型没有及时响应'],
  'cut-off': ['The answer of the language model broke off', '语言模型的回答中断了'],
  confused: ['The language model asked for things that do not exist', '语言模型的请求无法识别'],
  refused: ['The language model refused to answer', '语言模型拒绝回答'],
  'in-circles': ['The language model went round in circles and was stopped', '语言模型陷入循环，已被停止'],
  restarted: ['The server restarted in the middle of this', '处理过程中服务器重启了'],
};

/** Thrown inside the loop where the model, not the connection, is at fault. */
export class ModelFault extends Error {
  readonly why: ModelFailure;
  constructor(why: ModelFailure) {
    super(why);
    this.why = why;
  }
}

/** What a failure of the loop means for the model. */
export function failureOf(error: unknown): ModelFailure {
  if (error instanceof ModelFault) return error.why;
  if (RetryError.isInstance(error)) return failureOf(error.lastError);
  if (isEditorError(error, 'LLM_UNAVAILABLE') && (error.details.why === 'silent' || error.details.why === 'unreachable'))
    return error.details.why;
  if (APICallError.isInstance(error)) {
    const { statusCode = 0 } = error;
    if (statusCode === 429) return 'limited';
    if (statusCode === 401 || statusCode === 403) return 'key-refused';
    // An answer was there and was no answer of this protocol: it ended before it was whole.
    if (statusCode === 200) return 'cut-off';
    return statusCode === 0 ? 'unreachable' : 'faulty';
  }
  const cause = asEditorError(error).cause;
  if (cause !== undefined && cause !== error) return failureOf(cause);
  // Half an answer fails in many ways on its way through a parser.
  return 'cut-off';
}

/** `rules`: the built-in rules do the work now; `kept`: what the model did stays, and the rest is not done. */
export function tellFailure(why: ModelFailure, then: 'rules' | 'kept', language: Language): string {
  const [english, chinese] = sentences[why];
  if (language === 'zh')
    return then === 'rules' ? `${chinese}，已改用内置规则。` : `${chinese}。已完成的部分如下，其余尚未处理，请再说一次：`;
  return then === 'rules'
    ? `${english}, so the built-in rules took over.`
    : `${english}. What was done until then stays; the rest was not done, so say it again:`;
}
