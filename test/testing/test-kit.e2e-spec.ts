// One suite, so that an app's worth of modules is loaded once.
import './kit.cases.js';
import './clock.cases.js';
import './policy-table.cases.js';
import './describe-access.cases.js';
import './sample-access.cases.js';
import './knocks.cases.js';
import './who-and-where.cases.js';
import './misuse.cases.js';
