import { fetchFile } from "../files/cache.ts";
import { type CifarLayout, readCifar } from "./cifar-archive.ts";
import type { ImageDataset } from "./image-dataset.ts";

async function load(archive: string, md5: string, layout: CifarLayout): Promise<ImageDataset> {
  return readCifar(archive, await fetchFile({ url: `https://www.cs.toronto.edu/~kriz/${archive}`, name: archive, md5 }), layout);
}

/**
 * CIFAR-10: 50,000 + 10,000 colour photos in ten classes, float32 [samples, 32, 32, 3] in 0…1. Downloaded once (170 MB).
 * Source: Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
 *
 * @example
 * const { train, test, classNames } = await cifar10.loadData();
 */
export const cifar10: { readonly loadData: () => Promise<ImageDataset> } = {
  loadData: () =>
    load("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", {
      train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
      test: "test_batch.bin",
      classNames: "batches.meta.txt",
      labelBytes: 1,
    }),
};

/** CIFAR-100: as {@link cifar10}, in a hundred (fine) classes. Downloaded once (169 MB). */
export const cifar100: { readonly loadData: () => Promise<ImageDataset> } = {
  loadData: () =>
    load("cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8", {
      train: ["train.bin"],
      test: "test.bin",
      classNames: "fine_label_names.txt",
      labelBytes: 2,
    }),
};
