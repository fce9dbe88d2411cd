/** A tensor as summaries hold it. */
export type TensorContent =
  | { readonly dtype: "float32" | "float64"; readonly shape: readonly number[]; readonly values: readonly number[] }
  | { readonly dtype: "string"; readonly shape: readonly number[]; readonly values: readonly Uint8Array[] };

/** One value under a tag, with the plugin of TensorBoard that shows it. */
export interface Summary {
  readonly tag: string;
  readonly plugin: { readonly name: string; readonly content?: Uint8Array };
  readonly dataClass?: "scalar" | "tensor" | "blob";
  readonly description?: string;
  readonly tensor: TensorContent;
}
