/**
 * Light, dark or as the device has it. The cookie is what counts: the settings page and the server write it too; the
 * worker, which cannot read it, is told through the device's database.
 */
import { writeDevice } from '../device.js';

/** Show the theme of the cookie, and note it for the pages that the worker renders. */
export function watchTheme() {
  const theme = /(?:^|;\s*)theme=(auto|light|dark)(?:;|$)/.exec(document.cookie)?.[1];
  if (!theme) return;
  document.documentElement.dataset.theme = theme;
  writeDevice({ theme });
}
