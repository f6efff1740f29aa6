import { enableCompileCache } from 'node:module';
import { runCommand } from '../scripts/command.ts';
import { planCommand } from './plan-command.ts';

// The SDKs are large; compiling them takes a third of a plan's time.
enableCompileCache();

await runCommand(planCommand);
