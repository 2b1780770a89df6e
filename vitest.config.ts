import { defineConfig } from 'vitest/config';

// Unit tests run beside their files and touch nothing but memory; the other kinds decode, serve and kill for real.
// Two cores: media-heavy files run one after another so that limits on time inside them mean something.
const project = (name: string, include: string[], options: object = {}) => ({
  extends: true as const,
  test: { name, include, ...options },
});

export default defineConfig({
  test: {
    reporters: ['default', './scripts/count-reporter.ts'],
    projects: [
      project('unit', ['src/**/*.test.ts', 'scripts/**/*.test.ts']),
      project('conformance', ['test/conformance/**/*.test.ts'], { testTimeout: 60_000 }),
      project('agent', ['test/agent/**/*.test.ts'], { testTimeout: 60_000 }),
      project('media', ['test/media/**/*.test.ts'], { testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false }),
      project('e2e', ['test/e2e/**/*.test.ts'], { testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false }),
    ],
  },
});
