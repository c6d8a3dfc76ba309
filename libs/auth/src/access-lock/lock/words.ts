import type { Passing, RouteFacts } from './access-lock.js';
import { splitRoute } from './lock-file.js';

/** How a route is called in a report. */
export function routeName(route: string): string {
  const [transport, entry] = splitRoute(route);
  return transport === 'adapter' ? `${entry} (mounted beside Nest)` : entry;
}

/** Who passes, in words. */
export function whoPasses(passes: Passing): string {
  if (passes === 'authenticated') return 'everybody who is authenticated';
  if (typeof passes === 'string') return passes === 'as the app decides' ? 'whom the app lets pass' : passes;
  return [...passes].map(([role, reach]) => (reach === 'own' ? `${role} (own only)` : role)).join(', ');
}

/** `is guarded by nobody now, and was by JwtAuthGuard, RbacGuard`. */
export function guardWords(before: RouteFacts, now: RouteFacts): string {
  return `is guarded by ${now.guards} now, and was by ${before.guards}`;
}

/** What is asked for no more, and what is now. */
export function requirementWords(before: readonly string[], now: readonly string[]): string {
  return asksWords(
    now.filter((words) => !before.includes(words)),
    before.filter((words) => !now.includes(words)),
  );
}

/** What is asked now, and what no more. */
export function asksWords(asked: readonly string[], dropped: readonly string[], what = ''): string {
  return [
    ...(asked.length === 0 ? [] : [`asks for ${what}${asked.join(' and ')} now`]),
    ...(dropped.length === 0 ? [] : [`asks for ${what}${dropped.join(' and ')} no more`]),
  ].join(', ');
}
