export { documentAuth } from './document-auth.js';
