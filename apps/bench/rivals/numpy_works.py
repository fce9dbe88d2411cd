"""NumPy: matrix products by its BLAS."""
from common import *

products(np.matmul, lambda values: values)
serve()
