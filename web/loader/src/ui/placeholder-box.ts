// Gives the host of a placeholder the place and the size that the page gives the frame.

export const MIN_SIZE = { width: 120, height: 60 }; // in px; smaller frames are not meant to be seen

/** Whether a size is another one. Frames have a border of 2 px, if the page does not remove that. */
const isOther = (a: number, b: number): boolean => Math.abs(a - b) > 4;

/** Copies what the page sets on the frame itself. */
export function copyAttributes(e: HTMLIFrameElement, host: HTMLElement): void {
  host.className = e.className;
  host.style.cssText = e.style.cssText;
  for (const side of ['width', 'height'] as const) {
    const size = e.getAttribute(side);
    if (size && !host.style[side]) host.style[side] = /^\d+$/.test(size) ? size + 'px' : size;
  }
  if (getComputedStyle(e).display == 'inline') host.style.display = 'inline-block';
  host.style.maxWidth = '100%';
}

const part = (length: number, whole: number): string => (whole ? (100 * length) / whole + '%' : '0');

/** Measures the frame. The result gives the host, which takes its place, what the page's style sheets gave it. */
export function makeFitter(e: HTMLIFrameElement): (host: HTMLElement) => void {
  const { offsetWidth: width, offsetHeight: height, offsetParent: around } = e;
  const { position, aspectRatio } = getComputedStyle(e);
  const isFullWidth = width == e.parentElement?.clientWidth;
  // In percent, so that it follows the box around it, such as one that keeps its aspect ratio by padding.
  const place = position == 'absolute' &&
    around && {
      position,
      margin: '0',
      inset: 'auto',
      left: part(e.offsetLeft, around.clientWidth),
      top: part(e.offsetTop, around.clientHeight),
      width: part(width, around.clientWidth),
      height: part(height, around.clientHeight),
    };
  return ({ style, offsetWidth, offsetHeight }) => {
    if (place) return void Object.assign(style, place);
    if (isOther(offsetWidth, width)) style.width = isFullWidth ? '100%' : width + 'px';
    if (!isOther(offsetHeight, height)) return;
    const hasRatio = /\d/.test(aspectRatio);
    if (hasRatio) style.aspectRatio = aspectRatio;
    style.height = hasRatio ? 'auto' : height + 'px';
  };
}
