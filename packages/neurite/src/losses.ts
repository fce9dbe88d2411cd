export * from "@neurite/losses";
