export * from "@neurite/layers/initializers";
