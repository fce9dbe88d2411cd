#ifndef NEURITE_VM_COMPILE_H
#define NEURITE_VM_COMPILE_H

#include <string>

#include "runtime/plan.h"
#include "vm/program.h"

namespace neurite {

struct CompileOptions {
  /** The body of a row kernel. */
  bool row = false;
  /** Values that are read after each block, besides what is stored: `slot` is the instruction. */
  std::vector<WantedValue> wanted;
  /** Runs over parts of rows (tiles of a product), not over whole rows only. */
  bool tiles = false;
  /** Blocks may be parts of several rows (see VmProgram::panel). */
  bool panels = true;
  int64_t shortestBlock = 128;
  int64_t longestBlock = 1024;
  /** Blocks of several rows are whole periods of this axis (see VmProgram::periodAxis); -1: as is best for the body. */
  int periodAxis = -1;
  /** Columns from which a block is a piece of a single row; row kernels: or all of it. */
  int64_t longRow = 96;
};

/** False, with the reason in `error`, when an instruction is not supported for its dtype. */
bool compileBody(const Plan& plan, const Body& body, const Space& space, const CompileOptions& options, const VmTable* table,
                 VmProgram& program, std::string& error);

}  // namespace neurite

#endif
