import { fetchFile } from "../files/cache.ts";
import { gunzip } from "../files/gunzip.ts";
import { readIdx } from "../files/idx.ts";
import { type ImageDataset, imageSet } from "./image-dataset.ts";

interface IdxSource {
  readonly name: string;
  readonly base: string;
  /** md5 of train images, train labels, test images, test labels. */
  readonly md5: readonly [string, string, string, string];
  readonly classNames: readonly string[];
}

const files = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];

async function load(source: IdxSource): Promise<ImageDataset> {
  const parts = await Promise.all(
    files.map(async (file, i) => {
      const packed = await fetchFile({ url: `${source.base}/${file}`, name: `${source.name}-${file}`, md5: source.md5[i] as string });
      return readIdx(file, await gunzip(file, packed)).data;
    }),
  );
  const [trainX, trainY, testX, testY] = parts as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  return { train: imageSet(trainX, trainY, [28, 28]), test: imageSet(testX, testY, [28, 28]), classNames: source.classNames };
}

/**
 * MNIST: 60,000 handwritten digits to train on and 10,000 to test on, float32 [samples, 28, 28] in 0…1. Downloaded once (12 MB).
 * Source: LeCun, Cortes, Burges, The MNIST database of handwritten digits.
 *
 * @example
 * const { train, test } = await mnist.loadData();
 */
export const mnist: { readonly loadData: () => Promise<ImageDataset> } = {
  loadData: () =>
    load({
      name: "mnist",
      base: "https://ossci-datasets.s3.amazonaws.com/mnist",
      md5: [
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c",
      ],
      classNames: Array.from("0123456789"),
    }),
};

/**
 * Fashion-MNIST: photos of clothes in ten classes, in the format of {@link mnist}. Downloaded once (31 MB).
 * Source: Xiao, Rasul, Vollgraf, arXiv:1708.07747.
 */
export const fashionMnist: { readonly loadData: () => Promise<ImageDataset> } = {
  loadData: () =>
    load({
      name: "fashion-mnist",
      base: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
      md5: [
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310",
      ],
      classNames: ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
    }),
};
