import { type Browser, chromium } from 'playwright-core';
import { chromiumBinary } from './chromium-binary.js';

const executablePath = chromiumBinary();

/** Why tests in a browser are skipped, as a part of their title; empty where there is one. */
export const skipReason =
  executablePath === undefined ? ' (skipped: no Chromium here, see ensure-chromium.mjs)' : '';

/** `describe` where there is a Chromium to drive. */
export const describeInChromium = executablePath === undefined ? describe.skip : describe;

/** Starts the browser; it shows nothing on a screen. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ ...(executablePath !== undefined && { executablePath }) });
}
