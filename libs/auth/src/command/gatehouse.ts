#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { accessCommand } from './access.js';
import { onlyResult } from './only-result.js';
import { keyCommands, runCommand } from './run-command.js';

const { out, end } = onlyResult();
end(
  await runCommand(
    process.argv.slice(2),
    { out, err: (line) => process.stderr.write(`${line}\n`), input: () => text(process.stdin) },
    {
      name: 'gatehouse',
      about: 'Gatehouse, at the command line.',
      commands: { access: accessCommand, ...keyCommands },
    },
  ),
);
