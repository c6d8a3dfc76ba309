import { SlidingWindowStore } from './sliding-window/sliding-window.store.js';

/** The store all processes share (Redis), or that of the one process; DI token for what the host's medium provides. */
export abstract class SharedWindowStore extends SlidingWindowStore {}

/** The store of the request limits: the shared one behind the deny cache, with the policy for its outages. */
export abstract class RequestWindowStore extends SlidingWindowStore {}
