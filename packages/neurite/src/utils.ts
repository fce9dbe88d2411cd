import "./defaults/index.ts";

export * from "@neurite/data";
