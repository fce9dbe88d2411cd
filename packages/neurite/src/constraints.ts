export * from "@neurite/layers/constraints";
