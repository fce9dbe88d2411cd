import "./defaults/index.ts";

export * from "@neurite/layers/initializers";
