/** Ops on pictures: `ops.image.resize(...)`. */
export { hsvToRgb, rgbToGrayscale, rgbToHsv } from "./color.ts";
export { type FillMode, mapCoordinates, type MapCoordinatesOptions } from "./coordinates.ts";
export { cropImages, type CropOptions, padImages, type PadImagesOptions } from "./crop.ts";
export {
  elasticTransform,
  type ElasticOptions,
  extractPatches,
  extractPatches3d,
  gaussianBlur,
  type GaussianBlurOptions,
  type PatchOptions,
  sobelEdges,
  ssim,
  type SsimOptions,
} from "./filters.ts";
export type { ImageOptions } from "./pictures.ts";
export { type Interpolation, resize, type ResizeOptions, scaleAndTranslate, type ScaleMethod } from "./resize.ts";
export { affineTransform, type PerspectiveOptions, perspectiveTransform, type TransformOptions } from "./transform.ts";
