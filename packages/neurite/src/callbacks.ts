export * from "@neurite/callbacks";
