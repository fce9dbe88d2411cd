import { wgslPlaceWords } from "@neurite/compiler";
import { bufferUsage } from "./gpu.ts";

export const storageUsage: number = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget;
export const uniformUsage: number = bufferUsage.uniform | bufferUsage.copyTarget;

/** Bytes of the uniform that tells a dispatch where its buffers are. */
export const placeBytes: number = wgslPlaceWords * 4;
