#!/usr/bin/env node
process.argv.splice(2, 0, 'rushes');
await import('../scripts/run.mjs');
