export * from "@neurite/models";
