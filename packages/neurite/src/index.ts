export * from "@neurite/core";
export * from "@neurite/models";
