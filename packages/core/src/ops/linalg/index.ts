export { det, logdet, slogdet } from "./determinant.ts";
export { cholesky, choleskyInverse, eig, eigh, luFactor, qr, svd, type SvdOp, type SvdOptions } from "./factor.ts";
export { norm, type NormOptions, type NormOrder } from "./norm.ts";
export { inv, lstsq, matrixRank, pinv, solve, solveTriangular } from "./solve.ts";
