/** Offers to install the app: with the browser's own question where there is one, otherwise by saying how. */

/** Show the hint when the app can be installed and the person has not put it off. */
export function offerInstall() {
  const hint = document.getElementById('install-hint');
  const button = /** @type {HTMLButtonElement|null} */ (hint?.querySelector('[data-install]') ?? null);
  if (!hint || !button || !document.body.dataset.person || localStorage.getItem('dismissed:install-hint'))
    return;
  const isInstalled =
    matchMedia('(display-mode: standalone)').matches || ('standalone' in navigator && navigator.standalone);
  if (isInstalled) return;
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    hint.hidden = false;
    button.onclick = () => {
      hint.hidden = true;
      /** @type {any} */ (event).prompt();
    };
  });
  addEventListener('appinstalled', () => {
    hint.hidden = true;
  });
  if (/iPhone|iPad/.test(navigator.userAgent)) {
    button.hidden = true; // Safari installs from its own menu only
    hint.hidden = false;
  }
}
