export * from "@neurite/layers";
