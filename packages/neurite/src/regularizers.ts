export * from "@neurite/layers/regularizers";
