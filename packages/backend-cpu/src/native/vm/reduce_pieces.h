/** The pieces in which a reduction works out the elements that it keeps. */
#ifndef NEURITE_VM_REDUCE_PIECES_H
#define NEURITE_VM_REDUCE_PIECES_H

#include <algorithm>
#include <cstdint>

#include "vm/reduce.h"

namespace neurite {

/** Kept elements whose results are worked out together, at most. */
constexpr int64_t kPiece = 2048;
/** The same where rows are reduced: what is read for them takes the first-level cache. */
constexpr int64_t kPieceOfRows = 512;
/** Bytes that a lane may take. */
constexpr int64_t kLane = 8;

/** A run of kept elements, as rows and columns of the kept space. */
struct Piece {
  int64_t row, rows, column, columns;
};

struct Pieces {
  explicit Pieces(const ReduceProgram& program)
      : program(program),
        across((program.epilogue.inner() + program.pieceColumns - 1) / program.pieceColumns),
        count(across * ((program.epilogue.rows() + program.pieceRows - 1) / program.pieceRows)) {}

  Piece at(int64_t index) const {
    Piece piece;
    piece.row = index / across * program.pieceRows;
    piece.rows = std::min(program.pieceRows, program.epilogue.rows() - piece.row);
    piece.column = index % across * program.pieceColumns;
    piece.columns = std::min(program.pieceColumns, program.epilogue.inner() - piece.column);
    return piece;
  }

  const ReduceProgram& program;
  int64_t across;
  int64_t count;
};

}  // namespace neurite

#endif
