export { type ComplexPair, fft, fft2, ifft2, irfft, rfft, viewAsComplex, viewAsReal } from "./fft.ts";
export { extractSequences, istft, type IstftOptions, type SignalWindow, stft, type StftOptions } from "./stft.ts";
