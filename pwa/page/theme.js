/** Light, dark or as the device has it: kept on the device, told to the server by a cookie, to the worker by a note. */
import { readDevice, writeDevice } from '../device.js';

const YEAR_S = 365 * 24 * 3600;

/** Follow the choice of theme and show it everywhere. */
export function watchTheme() {
  document.addEventListener('change', ({ target }) => {
    const field = /** @type {HTMLInputElement} */ (target);
    if (field.name === 'theme') choose(field.value);
  });
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-theme-choice]') : null;
    if (button) choose(button.getAttribute('data-theme-choice') ?? 'auto');
  });
  readDevice().then(({ theme }) => {
    if (theme) document.documentElement.dataset.theme = theme;
  });
}

/** @param {string} theme auto, light or dark */
async function choose(theme) {
  document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the server has to know before the first paint
  document.cookie = `theme=${encodeURIComponent(theme)}; path=/; max-age=${YEAR_S}; samesite=lax`;
  await writeDevice({ theme });
}
