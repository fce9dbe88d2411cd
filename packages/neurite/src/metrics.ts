export * from "@neurite/metrics";
