export { cholesky, choleskyInverse, det, eig, eigh, logdet, luFactor, qr, slogdet, svd, type SvdOp, type SvdOptions } from "./factor.ts";
export { norm, type NormOptions, type NormOrder } from "./norm.ts";
export { inv, lstsq, matrixRank, pinv, solve, solveTriangular } from "./solve.ts";
