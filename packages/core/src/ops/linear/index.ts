export { dot, inner, matmul, outer, vdot } from "./matmul.ts";
