// Figures against the table of limits.

/**
 * @param {Record<string, Record<string, number>>} measured
 * @param {Record<string, Record<string, number>>} limits tables with the same names
 * @returns {string[]} a line for each figure above its limit, without one, or of which there is a limit alone
 */
export function overBudget(measured, limits) {
  const lines = [];
  for (const table of new Set([...Object.keys(measured), ...Object.keys(limits)])) {
    const figures = measured[table] ?? {};
    const allowed = limits[table] ?? {};
    for (const name of new Set([...Object.keys(figures), ...Object.keys(allowed)])) {
      const [figure, limit] = [figures[name], allowed[name]];
      if (figure === undefined) lines.push(`${table}, ${name}: there is a limit of ${limit}, and nothing that it limits`);
      else if (limit === undefined) lines.push(`${table}, ${name}: ${figure}, and no limit`);
      else if (figure > limit) lines.push(`${table}, ${name}: ${figure}, above its limit of ${limit}`);
    }
  }
  return lines;
}

/** Limits for what was measured: `room` above it, in two significant digits; counts of files as they are. */
export function limitsFor(measured, room = 0.1) {
  const limit = ([name, figure]) => [name, name.endsWith("files") ? figure : roundedUp(figure * (1 + room))];
  return Object.fromEntries(
    Object.entries(measured).map(([table, figures]) => [table, Object.fromEntries(Object.entries(figures).map(limit))]),
  );
}

function roundedUp(value) {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.ceil(value / unit) * unit;
}
