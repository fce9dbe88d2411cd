/** The devices that come with neurite, to choose one by hand: `setDefaultDevice(cpu({ threads: 2 }))`. */
export { cpu, isAvailable as isCpuAvailable, type CpuOptions, type InstructionSet } from "@neurite/backend-cpu";
export { reference, type ReferenceOptions } from "@neurite/backend-reference";
