export * from "@neurite/datasets";
