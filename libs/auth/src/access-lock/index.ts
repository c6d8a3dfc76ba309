export { reviewAccess } from './review-access.js';
