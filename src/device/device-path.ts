/** Where people answer for their devices; named in the options of Gatehouse. */
export const DEVICE_PATH = '/device';

/** The page that asks about the device with this code, or for the code. */
export const devicePath = (userCode: string): string =>
  userCode === '' ? DEVICE_PATH : `${DEVICE_PATH}?user_code=${encodeURIComponent(userCode)}`;

/** A code as devices show it, to be compared with what is on theirs; what isn't one stays as it was typed. */
export function shownCode(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[\s\p{P}]/gu, '');
  return /^[A-Z]{8}$/.test(letters) ? `${letters.slice(0, 4)}-${letters.slice(4)}` : typed;
}
