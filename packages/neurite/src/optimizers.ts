export * from "@neurite/optimizers";
