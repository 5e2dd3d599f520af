// Runs before the page is painted, so that a chosen theme does not flash.
(() => {
  const root = document.documentElement;
  const wanted = matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;
  try {
    chosen = localStorage.getItem('theme');
  } catch {
    // Storage may be switched off; then the choice lasts as long as the page.
  }
  const dark = () => (chosen ? chosen === 'dark' : wanted.matches);
  const show = () => {
    root.dataset.theme = dark() ? 'dark' : 'light';
    document.getElementById('theme')?.setAttribute('aria-pressed', String(dark()));
  };
  show();
  wanted.addEventListener('change', show);
  document.addEventListener('DOMContentLoaded', () => {
    show();
    document.getElementById('theme').addEventListener('click', () => {
      chosen = dark() ? 'light' : 'dark';
      try {
        localStorage.setItem('theme', chosen);
      } catch {
        // As above.
      }
      show();
    });
  });
})();
