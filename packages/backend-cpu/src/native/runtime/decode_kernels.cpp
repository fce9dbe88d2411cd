#include "runtime/decode_kernels.h"

#include "runtime/decode_parts.h"

namespace neurite {

Kernel decodeKernel(Reader& reader, const Plan& plan, KernelKind kind) {
  Kernel kernel;
  kernel.kind = kind;
  switch (kind) {
    case KernelKind::Loop:
      decodeLoop(reader, plan, kernel);
      break;
    case KernelKind::Reduce:
      decodeReduce(reader, plan, kernel);
      break;
    case KernelKind::Dot:
      decodeDot(reader, plan, kernel);
      break;
    case KernelKind::Conv:
      decodeConv(reader, plan, kernel);
      break;
    case KernelKind::ReduceWindow:
    case KernelKind::WindowGather:
    case KernelKind::WindowScatter:
      decodeWindow(reader, plan, kernel);
      break;
    case KernelKind::ArgReduce:
      decodeArgReduce(reader, plan, kernel);
      break;
    case KernelKind::Gather:
      decodeGather(reader, plan, kernel);
      break;
    case KernelKind::Scatter:
      decodeScatter(reader, plan, kernel);
      break;
    case KernelKind::Cumulative:
      decodeCumulative(reader, plan, kernel);
      break;
    case KernelKind::ArgSort:
      decodeArgSort(reader, plan, kernel);
      break;
    case KernelKind::Fft:
      decodeFft(reader, plan, kernel);
      break;
    case KernelKind::Linalg:
      decodeLinalg(reader, plan, kernel);
      break;
    case KernelKind::Cond:
    case KernelKind::While:
    case KernelKind::Scan:
      break;
  }
  return kernel;
}

}  // namespace neurite
