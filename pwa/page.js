/** The script of every page: htmx, the worker, what stands in the strip, forms that survive, keys, the PDF viewer. */
import htmx from 'htmx.org';
import { sayHello } from './page/connection.js';
import { watchForms } from './page/forms.js';
import { offerInstall } from './page/install.js';
import { watchKeys } from './page/keyboard.js';
import { watchPane } from './page/pane.js';
import { watchRecent } from './page/recent.js';
import { watchRecipients } from './page/recipients.js';
import { watchChanges } from './page/refresh.js';
import { showStatus } from './page/status.js';
import { watchTheme } from './page/theme.js';
import { watchUpdates } from './page/updates.js';

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  attributesToSettle: ['class', 'width', 'height'], // the policy of the page forbids writing style attributes
});

watchTheme();
showStatus();
watchForms(htmx);
watchKeys();
watchRecipients();
watchRecent();
watchChanges(htmx);
watchPane(htmx);
offerInstall();
watchUpdates();
sayHello();

let isRegistering = false;
htmx.onLoad(() => {
  if (isRegistering || !document.querySelector('form.register, [data-paper]')) return;
  isRegistering = true;
  import('./register.js').then(
    ({ watchRegistering }) => watchRegistering(htmx),
    () => {
      isRegistering = false; // asked for again with the next page; until then the forms do without it
    },
  );
});

htmx.onLoad((added) => {
  const frames = [.../** @type {Element} */ (added).querySelectorAll('[data-viewer]:not([data-shown])')];
  if (frames.length === 0) return;
  import('./viewer.js').then(({ showFile }) => {
    for (const frame of frames) showFile(/** @type {HTMLElement} */ (frame));
  });
});
