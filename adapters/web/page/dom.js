// Small makers of nodes. Strings always become text, never markup.

// el makes an element with properties (class, text, data, on, and attributes)
// and children.
export function el(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === 'class') node.className = value;
    else if (key === 'text') node.textContent = value;
    else if (key === 'data') Object.assign(node.dataset, value);
    else if (key === 'on') for (const [type, f] of Object.entries(value)) node.addEventListener(type, f);
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// icon makes one of the icons of the document.
export function icon(name) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(ns, 'use');
  use.setAttribute('href', '#i-' + name);
  svg.append(use);
  return svg;
}

// calm reports whether the reader asked for less motion.
export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

// replay starts a one-time animation of a class again.
export function replay(node, name) {
  node.classList.remove(name);
  void node.offsetWidth; // makes the browser notice that it was gone
  node.classList.add(name);
}
