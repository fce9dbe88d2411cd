#include "runtime/decode_body.h"

#include <algorithm>

namespace neurite {

int64_t volumeOf(const Dims& dims) {
  __int128 product = 1;
  bool empty = false;
  for (int64_t dim : dims) {
    if (dim == 0) empty = true;
    product *= dim == 0 ? 1 : dim;
    if (product > Reader::kMaxSize) return -1;
  }
  return empty ? 0 : static_cast<int64_t>(product);
}

Dims readShape(Reader& reader) {
  int32_t rank = reader.ranged(0, kMaxEncodedRank + 1, "a rank");
  Dims dims;
  for (int32_t i = 0; i < rank && !reader.failed(); i++) dims.push_back(reader.size("a dimension"));
  if (volumeOf(dims) < 0) {
    reader.fail("an iteration space is too large");
    dims.clear();
  }
  return dims;
}

RawView readView(Reader& reader, const Plan& plan, const Dims& dims, bool written) {
  RawView view;
  view.buffer = reader.ranged(0, static_cast<int32_t>(plan.buffers.size()), "a buffer index");
  view.offset = reader.step("a view's offset");
  for (size_t i = 0; i < dims.size(); i++) view.strides.push_back(reader.step("a stride"));
  if (reader.failed()) return view;
  const BufferInfo& buffer = plan.buffers[view.buffer];
  if (written && !buffer.writable) reader.fail("a kernel writes to an input");
  __int128 lowest = view.offset, highest = view.offset;
  for (size_t i = 0; i < dims.size(); i++) {
    if (dims[i] == 0) {
      view.offset = 0;  // Nothing is ever read or written: keep the address inside.
      return view;
    }
    __int128 reach = static_cast<__int128>(dims[i] - 1) * view.strides[i];
    (reach < 0 ? lowest : highest) += reach;
  }
  if (lowest < 0 || highest >= buffer.size) reader.fail("a view leaves buffer " + std::to_string(view.buffer));
  return view;
}

namespace {

int argumentCount(Op op) {
  switch (op) {
    case Op::Load:
    case Op::Constant:
    case Op::Scalar:
    case Op::Index:
    case Op::Result:
      return 0;
    case Op::Random:
    case Op::RowReduce:
    case Op::Cast:
    case Op::Bitcast:
      return 1;
    case Op::Select:
    case Op::MultiplyAdd:
      return 3;
    case Op::Check:
      return 2;
    default:
      return op >= Op::Add && op <= Op::Complex ? 2 : 1;
  }
}

/** The dtypes of an instruction's arguments must be what its kernel expects: registers hold no types. */
bool typesFit(const Instruction& instruction, const DType* args) {
  DType dtype = instruction.dtype;
  switch (instruction.op) {
    case Op::Random:
      return dtype == DType::UInt32 && (args[0] == DType::Int32 || args[0] == DType::UInt32);
    case Op::Index:
      return dtype == DType::Int32;
    case Op::Check:
      return args[0] == dtype && args[1] == DType::Bool;
    case Op::Select:
      return args[0] == DType::Bool && args[1] == dtype && args[2] == dtype;
    case Op::Eq:
    case Op::Lt:
    case Op::Le:
      return dtype == DType::Bool && args[0] == args[1];
    case Op::Cast:
      return true;
    case Op::Bitcast:
      return (dtype != DType::Bool || args[0] == DType::Bool) && elementBytes(dtype) == elementBytes(args[0]);
    case Op::Real:
    case Op::Imag:
      return dtype == DType::Float32 && args[0] == DType::Complex64;
    case Op::Complex:
      return dtype == DType::Complex64 && args[0] == DType::Float32 && args[1] == DType::Float32;
    case Op::Abs:
      return args[0] == DType::Complex64 ? dtype == DType::Float32 : args[0] == dtype;
    default:
      for (int i = 0; i < argumentCount(instruction.op); i++) {
        if (args[i] != dtype) return false;
      }
      return true;
  }
}

RawInstruction readInstruction(Reader& reader, const Plan& plan, const Dims& dims, const BodyRules& rules, const RawBody& body) {
  RawInstruction raw;
  Instruction& instruction = raw.fixed;
  instruction.op = static_cast<Op>(reader.ranged(0, static_cast<int32_t>(Op::Count), "an operation"));
  instruction.dtype = static_cast<DType>(reader.ranged(0, 11, "a dtype"));
  const int32_t position = static_cast<int32_t>(body.instructions.size());
  const int count = argumentCount(instruction.op);
  DType types[3] = {DType::Bool, DType::Bool, DType::Bool};
  for (int i = 0; i < 3; i++) {
    int32_t argument = i < count ? reader.ranged(0, position, "an argument") : reader.ranged(-1, 0, "an unused argument");
    if (reader.failed()) return raw;
    instruction.args[i] = argument;
    if (argument >= 0) types[i] = body.instructions[argument].fixed.dtype;
  }
  instruction.index = reader.word();
  const std::string name = kOpNames[static_cast<int>(instruction.op)];
  auto needIndex = [&](size_t limit, const char* what) {
    if (instruction.index < 0 || static_cast<size_t>(instruction.index) >= limit) {
      reader.fail("[" + name + "] " + what + " is out of range: " + std::to_string(instruction.index));
    }
    return !reader.failed();
  };
  switch (instruction.op) {
    case Op::Load:
      if (needIndex(body.operands.size(), "its operand") &&
          plan.buffers[body.operands[instruction.index].buffer].dtype != instruction.dtype) {
        reader.fail("[load] its dtype is not its buffer's");
      }
      break;
    case Op::Random:
      if (needIndex(body.operands.size(), "its key")) {
        const RawView& key = body.operands[instruction.index];
        const BufferInfo& buffer = plan.buffers[key.buffer];
        bool still = std::all_of(key.strides.begin(), key.strides.end(), [](int64_t stride) { return stride == 0; });
        if (buffer.dtype != DType::UInt32 || !still || key.offset < 0 || key.offset + 1 >= buffer.size) {
          reader.fail("[random] its key is not two uint32 words");
        }
      }
      break;
    case Op::Constant:
      if (instruction.dtype == DType::Int64) instruction.integer = reader.wide();
      else instruction.constant = reader.real();
      break;
    case Op::Scalar:
      needIndex(static_cast<size_t>(plan.scalars), "its scalar");
      break;
    case Op::Index:
      instruction.base = reader.step("a base");
      for (size_t i = 0; i < dims.size(); i++) raw.strides.push_back(reader.step("a stride"));
      break;
    case Op::Result:
      if (needIndex(rules.results.size(), "its number") && rules.results[instruction.index] != instruction.dtype) {
        reader.fail("[result] its dtype is not what the kernel computes");
      }
      break;
    case Op::RowReduce:
      if (!rules.rowReduce) reader.fail("[row_reduce] outside a row kernel");
      needIndex(4, "its reduction");
      break;
    case Op::Check:
      needIndex(static_cast<size_t>(plan.sites), "its site");
      break;
    case Op::Div:
    case Op::Rem:
      if (instruction.index != -1) needIndex(static_cast<size_t>(plan.sites), "its site");
      break;
    default:
      break;
  }
  if (!reader.failed() && !typesFit(instruction, types)) reader.fail("[" + name + "] its arguments have the wrong dtypes");
  return raw;
}

/** Calls each(strides) for all that a body has strides for. */
template <typename Each>
void eachStrides(RawBody& body, Each each) {
  for (RawView& operand : body.operands) each(operand.strides);
  for (RawInstruction& instruction : body.instructions) {
    if (instruction.fixed.op == Op::Index) each(instruction.strides);
  }
  for (RawStore& store : body.stores) each(store.view.strides);
}

}  // namespace

RawBody readBody(Reader& reader, const Plan& plan, const Dims& dims, const BodyRules& rules) {
  RawBody body;
  const int32_t operands = reader.length("operands", 3);
  for (int32_t i = 0; i < operands && !reader.failed(); i++) body.operands.push_back(readView(reader, plan, dims, false));
  const int32_t instructions = reader.length("instructions", 6);
  for (int32_t i = 0; i < instructions && !reader.failed(); i++) {
    body.instructions.push_back(readInstruction(reader, plan, dims, rules, body));
  }
  const int32_t stores = reader.length("stores", 4);
  if (stores > 0 && !rules.stores) reader.fail("the body of a reduction stores something");
  for (int32_t i = 0; i < stores && !reader.failed(); i++) {
    RawStore store;
    store.value = reader.ranged(0, static_cast<int32_t>(body.instructions.size()), "a stored value");
    store.view = readView(reader, plan, dims, true);
    if (!reader.failed() && plan.buffers[store.view.buffer].dtype != body.instructions[store.value].fixed.dtype) {
      reader.fail("a value is stored to a buffer of another dtype");
    }
    body.stores.push_back(std::move(store));
  }
  return body;
}

void swapEnds(Dims& dims, RawBody& body) {
  const auto swap = [](Dims& axes) { std::swap(axes.front(), axes.back()); };
  swap(dims);
  eachStrides(body, swap);
}

bool joinEnds(Dims& dims, RawBody& body) {
  const int64_t last = dims.back();
  bool joins = true;
  eachStrides(body, [&](const Dims& strides) { joins = joins && (last == 1 || strides.front() == strides.back() * last); });
  if (!joins) return false;
  dims.back() *= dims.front();
  dims.front() = 1;
  eachStrides(body, [&](Dims& strides) {
    if (last == 1) strides.back() = strides.front();
    strides.front() = 0;
  });
  return true;
}

void AxisMerger::add(RawBody& body) {
  eachStrides(body, [&](Dims& strides) { add(strides); });
}

void AxisMerger::merge() {
  auto erase = [&](size_t axis) {
    dims_.erase(dims_.begin() + axis);
    group_.erase(group_.begin() + axis);
    for (Dims* strides : strides_) strides->erase(strides->begin() + axis);
  };
  for (size_t axis = dims_.size(); axis-- > 0;) {
    if (dims_[axis] == 1 && group_[axis] < kFixedAxis) erase(axis);
  }
  for (size_t axis = dims_.size(); axis-- > 1;) {
    const size_t outer = axis - 1;
    if (group_[outer] != group_[axis] || group_[axis] >= kFixedAxis) continue;
    bool merges = std::all_of(strides_.begin(), strides_.end(), [&](const Dims* strides) {
      return static_cast<__int128>((*strides)[axis]) * dims_[axis] == (*strides)[outer];
    });
    if (!merges) continue;
    dims_[outer] *= dims_[axis];
    for (Dims* strides : strides_) (*strides)[outer] = (*strides)[axis];
    erase(axis);
  }
}

Space toSpace(Reader& reader, const Dims& dims) {
  Space space;
  if (dims.size() > static_cast<size_t>(kMaxRank)) {
    reader.fail("a kernel needs " + std::to_string(dims.size()) + " axes, more than " + std::to_string(kMaxRank));
    return space;
  }
  space.rank = static_cast<int>(std::max<size_t>(dims.size(), 1));
  space.dims[0] = 1;
  std::copy(dims.begin(), dims.end(), space.dims);
  return space;
}

View toView(const RawView& raw) {
  View view;
  view.buffer = raw.buffer;
  view.offset = raw.offset;
  std::copy_n(raw.strides.begin(), std::min<size_t>(raw.strides.size(), kMaxRank), view.strides);
  return view;
}

Body toBody(const RawBody& raw) {
  Body body;
  for (const RawView& operand : raw.operands) body.operands.push_back(toView(operand));
  for (const RawInstruction& instruction : raw.instructions) {
    body.instructions.push_back(instruction.fixed);
    std::copy_n(instruction.strides.begin(), std::min<size_t>(instruction.strides.size(), kMaxRank), body.instructions.back().strides);
  }
  for (const RawStore& store : raw.stores) body.stores.push_back({store.value, toView(store.view)});
  return body;
}

}  // namespace neurite
