import { entryKinds, getDefaultRegistry } from "@neurite/core";
import { NotBuilt } from "../../conformance-set.ts";

/** Layers of Keras that neurite has not yet: what needs text, tables of words, or random changes of images. */
const later: ReadonlySet<string> = new Set([
  "AugMix", "AutoContrast", "CategoryEncoding", "CenterCrop", "CutMix", "Discretization", "Equalization", "HashedCrossing", "Hashing", "IntegerLookup",
  "MaxNumBoundingBoxes", "MelSpectrogram", "MixUp", "Pipeline", "RandAugment", "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter",
  "RandomContrast", "RandomCrop", "RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue",
  "RandomInvert", "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness", "RandomShear",
  "RandomTranslation", "RandomZoom", "Resizing", "STFTSpectrogram", "Solarization", "StringLookup", "TextVectorization",
]); // prettier-ignore

/** @throws NotBuilt where a case needs a class of the list above that does not exist. */
export function requireClasses(names: readonly string[]): void {
  const registry = getDefaultRegistry();
  const missing = names.filter((name) => later.has(name) && !entryKinds.some((kind) => registry.has(kind, name)));
  if (missing.length > 0) throw new NotBuilt(`${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} not built`);
}
