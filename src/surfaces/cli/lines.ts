/** Lines that a person types or a pipe brings: none is lost while something else is awaited, and a closed input only ends. */
import { createInterface } from 'node:readline';

export type Lines = {
  /** Shows the prompt where there is a person, and gives the next line; undefined at the end. */
  next(prompt: string): Promise<string | undefined>;
  close(): void;
};

export function readLines(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Lines {
  const reader = createInterface({ input, output, terminal: input.isTTY === true });
  const waiting: string[] = [];
  let isClosed = false;
  let wake: () => void = () => undefined;
  reader.on('line', (line) => {
    waiting.push(line);
    wake();
  });
  reader.on('close', () => {
    isClosed = true;
    wake();
  });
  return {
    async next(prompt) {
      if (!isClosed && input.isTTY === true) {
        reader.setPrompt(prompt);
        reader.prompt();
      }
      while (waiting.length === 0 && !isClosed) await new Promise<void>((resolve) => (wake = resolve));
      return waiting.shift();
    },
    close: () => reader.close(),
  };
}
