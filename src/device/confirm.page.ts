import type { DeviceAuthorizationService } from 'nestjs-gatehouse';
import { answerForm } from '../pages/answer-forms.js';
import { html, type Html } from '../pages/html.js';
import type { Page } from '../pages/page.js';
import { meaningOf } from '../pages/words.js';
import { type DeviceQuestion, hiddenIn, notYou } from './device-question.js';

type WaitingDevice = Awaited<ReturnType<DeviceAuthorizationService['read']>>;

/**
 * Asks whether a device may act for somebody, also where the code came with a link: whoever sent it may want to have their own
 * device let in (RFC 8628 §5.4). So it tells what to compare, and where the device is.
 */
export function confirmPage(question: DeviceQuestion, username: string, device: WaitingDevice): Page {
  const { client, scope } = device;
  return {
    title: `Allow ${client.name}?`,
    content: html` <h1>Allow ${client.name}?</h1>
      <p>
        <strong>${client.name}</strong> asks, on a device, to use Articles for you,
        <strong>${username}</strong>. It could:
      </p>
      <ul>
        ${scope.map((each) => html`<li>${meaningOf(each)}</li>`)}
      </ul>
      <p>
        Allow it only if the device is before you, and shows
        <strong class="code">${question.userCode}</strong>. ${originOf(device)}
      </p>
      ${answerForm('/device/answer', hiddenIn(question))} ${notYou(question, username)}`,
  };
}

function originOf({ ip, userAgent }: WaitingDevice): Html | undefined {
  if (ip === undefined) return undefined;
  return html`It asked from the address
  ${ip}${userAgent !== undefined && html`, and says that it is ${userAgent}`}.`;
}

export const allowedPage = (): Page =>
  done('Go back to your device', 'It goes on by itself within a few seconds.');

export const deniedPage = (): Page =>
  done('The device was not let in', 'Nothing was changed. You can close this page.');

const done = (title: string, text: string): Page => ({
  title,
  content: html`<h1>${title}</h1>
    <p>${text}</p>`,
});
