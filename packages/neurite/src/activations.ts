export * from "@neurite/layers/activations";
