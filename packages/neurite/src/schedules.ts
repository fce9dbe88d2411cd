export * from "@neurite/schedules";
