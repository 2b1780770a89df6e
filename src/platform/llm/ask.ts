/** One question to the configured model, answered as data of a shape: for tools that need words written, not edits made. */
import { generateText, type LanguageModel, type ModelMessage } from 'ai';
import { z } from 'zod';
import { fail } from '#core/errors';

export type Question<Schema extends z.ZodType> = {
  /** Who the model is and what it must keep to. */
  readonly system: string;
  readonly text: string;
  /** JPEG, in order; only for models that see. */
  readonly pictures?: readonly { readonly name: string; readonly jpeg: Uint8Array }[];
  /** The shape of the answer. */
  readonly schema: Schema;
  readonly signal?: AbortSignal;
};

const mostTokens = 16_000;

/**
 * Asks for JSON, checks it, and asks once more with what was wrong about it.
 *
 * Errors: LLM_UNAVAILABLE where the model does not answer or gives nothing of that shape twice, JOB_CANCELED.
 */
export async function askModel<Schema extends z.ZodType>(
  model: LanguageModel,
  question: Question<Schema>,
): Promise<z.output<Schema>> {
  const { system, text, pictures = [], schema, signal } = question;
  const name = typeof model === 'string' ? model : model.modelId;
  const messages: ModelMessage[] = [
    {
      role: 'user',
      content: [
        {
          type: 'text',
          text: `${text}\n\nAnswer with one JSON object of this JSON schema and nothing else:\n${JSON.stringify(z.toJSONSchema(schema))}`,
        },
        ...pictures.flatMap(({ name: label, jpeg }) => [
          { type: 'text' as const, text: label },
          { type: 'file' as const, data: jpeg, mediaType: 'image/jpeg' },
        ]),
      ],
    },
  ];
  let wrong = '';
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = await say(model, { name, system, messages, signal });
    const read = parse(answer, schema);
    if ('value' in read) return read.value;
    wrong = read.wrong;
    messages.push({ role: 'assistant', content: answer.slice(0, 20_000) || '(nothing)' });
    messages.push({ role: 'user', content: `That was not usable: ${wrong}. Answer again with the JSON object only.` });
  }
  throw fail('LLM_UNAVAILABLE', { model: name, reason: wrong });
}

type Saying = {
  readonly name: string;
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly signal: AbortSignal | undefined;
};

async function say(model: LanguageModel, { name, system, messages, signal }: Saying): Promise<string> {
  try {
    const { text } = await generateText({
      model,
      instructions: system,
      messages: [...messages],
      maxOutputTokens: mostTokens,
      maxRetries: 1,
      ...(signal === undefined ? {} : { abortSignal: signal }),
    });
    return text;
  } catch (error) {
    if (signal?.aborted === true) throw fail('JOB_CANCELED');
    throw fail('LLM_UNAVAILABLE', { model: name }, { cause: error });
  }
}

function parse<Schema extends z.ZodType>(
  answer: string,
  schema: Schema,
): { readonly value: z.output<Schema> } | { readonly wrong: string } {
  // Models that think aloud or fence their code: the object is between the first and the last brace.
  const bare = answer.replace(/<think>[\s\S]*?<\/think>/g, '');
  const [first, last] = [bare.indexOf('{'), bare.lastIndexOf('}')];
  if (first < 0 || last < first) return { wrong: 'there is no JSON object in it' };
  let json: unknown;
  try {
    json = JSON.parse(bare.slice(first, last + 1));
  } catch {
    return { wrong: 'it is not valid JSON' };
  }
  const checked = schema.safeParse(json);
  return checked.success
    ? { value: checked.data }
    : { wrong: z.prettifyError(checked.error).replaceAll('\n', ' ').slice(0, 600) };
}
