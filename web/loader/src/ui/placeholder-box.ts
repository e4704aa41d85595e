// Gives the host of a placeholder the place and the size that the page gives the frame.

export const MIN_SIZE = { width: 120, height: 60 }; // in px; smaller frames are not meant to be seen

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

/** Measures the frame. The result gives the host, which takes its place, what the page's style sheets gave it. */
export function makeFitter(e: HTMLIFrameElement): (host: HTMLElement) => void {
  const { offsetWidth: width, offsetHeight: height, offsetLeft: left, offsetTop: top } = e;
  const { position, aspectRatio } = getComputedStyle(e);
  const around = e.offsetParent;
  const isAbsolute = position == 'absolute' && around;
  const isFullWidth = width == e.parentElement?.clientWidth;
  return ({ style, offsetWidth, offsetHeight }) => {
    if (isAbsolute) {
      // In percent, so that it follows the box around it, such as one that keeps its aspect ratio by padding.
      const part = (length: number, whole: number): string => (whole ? (100 * length) / whole + '%' : '0');
      Object.assign(style, {
        position,
        margin: '0',
        inset: 'auto',
        left: part(left, around.clientWidth),
        top: part(top, around.clientHeight),
        width: part(width, around.clientWidth),
        height: part(height, around.clientHeight),
      });
      return;
    }
    if (offsetWidth != width) style.width = isFullWidth ? '100%' : width + 'px';
    if (Math.abs(offsetHeight - height) < 2) return;
    if (/\d/.test(aspectRatio)) style.aspectRatio = aspectRatio;
    else style.height = height + 'px';
  };
}
