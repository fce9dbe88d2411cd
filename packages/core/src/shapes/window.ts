/** Sizes of sliding windows, dilations and padding along one axis. All give NaN for an unknown size. */

/** Size after `dilation - 1` elements are put between neighbours. */
export function dilatedSize(size: number, dilation: number): number {
  return size === 0 ? 0 : (size - 1) * dilation + 1;
}

/** How many windows fit: 0 or less when none does. */
export function windowCount(size: number, padding: readonly [number, number], window: number, dilation: number, stride: number): number {
  return Math.floor((size + padding[0] + padding[1] - dilatedSize(window, dilation)) / stride) + 1;
}
