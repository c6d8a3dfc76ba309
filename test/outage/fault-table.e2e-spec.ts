import {
  busy,
  flushed,
  full,
  hung,
  killed,
  noPermission,
  readOnly,
  userOff,
  wrongPassword,
} from '../support/redis/faults/index.js';
import { all, describeFaults } from './fault-table.js';

describe('while one server fails, and after it', () => {
  describeFaults('standalone', [
    { fault: killed(), ...all('503') },
    { fault: hung(), ...all('503') },
    { fault: busy(), ...all('503') },
    { fault: noPermission(), ...all('503') },
    { fault: wrongPassword(), ...all('503') },
    { fault: userOff(), ...all('503') },
    { fault: readOnly(), ...all('503'), me: 'either' },
    { fault: full(), ...all('works'), login: '503' },
    { fault: flushed(), ...all('refused'), login: 'works', tokens: 'refused' },
  ]);
});
