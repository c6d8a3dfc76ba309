// `node --import` this, and processes run the TypeScript sources as the tests do.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
