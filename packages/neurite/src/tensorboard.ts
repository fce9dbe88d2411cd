/** The writer of summaries, and what reads them back. */
export * from "@neurite/tensorboard";
