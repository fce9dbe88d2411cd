export { cifar10, cifar100 } from "./images/cifar.ts";
export { digits, type DigitsOptions } from "./images/digits.ts";
export type { ImageDataset, ImageSet } from "./images/image-dataset.ts";
export { fashionMnist, mnist } from "./images/mnist.ts";
export { californiaHousing, type HousingDataset, type HousingOptions, type HousingSet } from "./tabular/california-housing.ts";
