import { ValueError } from "@neurite/core";

/** What stands for a value in a pattern, as Python's `str.format` has it: `{epoch:02d}`, `{val_loss:.2f}`. Doubled braces are braces. */
const placeholder = /\{\{|\}\}|\{([^{}:]*)(?::([^{}]*))?\}|[{}]/g;

/** Fill, alignment, sign, zeros, width, precision and type. */
const specification = /^(?:(.)?([<>^=]))?([+\- ])?(0)?(\d+)?(?:\.(\d+))?([dfFeEgG%])?$/;

/**
 * Puts values into a pattern: "{epoch:02d}-{val_loss:.2f}.keras" becomes "03-0.12.keras".
 *
 * @param callback Who asks, for errors.
 * @throws ValueError for a name that there is no value of, and for a pattern that Python does not know either.
 */
export function fileName(callback: string, pattern: string, values: Readonly<Record<string, number>>): string {
  const refuse = (problem: string): never => {
    throw new ValueError(`[${callback}] filepath ${JSON.stringify(pattern)}: ${problem}`);
  };
  return pattern.replace(placeholder, (whole, name: string | undefined, format: string | undefined) => {
    if (whole === "{{" || whole === "}}") return whole.charAt(0);
    if (name === undefined) return refuse(`a single ${JSON.stringify(whole)}: double it where it is meant`);
    const value = values[name];
    if (value === undefined) return refuse(`there is no ${JSON.stringify(name)}: there are ${Object.keys(values).join(", ")}`);
    return formatted(value, format ?? "") ?? refuse(`${JSON.stringify(whole)} is no format of the number ${value}`);
  });
}

/** A number as Python formats it; null for a format that is none of numbers. */
function formatted(value: number, format: string): string | null {
  const parts = specification.exec(format);
  if (parts === null) return null;
  const [, fill, align, sign = "-", zeros, width = "0", precision, type] = parts;
  // What a precision without a type means differs between whole numbers and others, which are one kind here.
  if (precision !== undefined && (type === undefined || type === "d")) return null;
  if (type === "d" && !Number.isInteger(value)) return null;
  const digits = digitsOf(Math.abs(value), type, precision === undefined ? undefined : Number(precision));
  const mark = value < 0 || Object.is(value, -0) ? "-" : sign === "-" ? "" : sign;
  const padding = Math.max(0, Number(width) - mark.length - digits.length);
  const filling = (fill ?? (zeros === undefined ? " " : "0")).repeat(padding);
  const side = align ?? (zeros === undefined ? ">" : "=");
  if (side === "=") return mark + filling + digits;
  if (side === "<") return mark + digits + filling;
  if (side === ">") return filling + mark + digits;
  const left = Math.floor(padding / 2);
  return filling.slice(0, left) + mark + digits + filling.slice(left);
}

/** A number that is not negative. */
function digitsOf(value: number, type: string | undefined, precision: number | undefined): string {
  if (!Number.isFinite(value)) return cased(Number.isNaN(value) ? "nan" : "inf", type) + (type === "%" ? "%" : "");
  switch (type) {
    case "f":
    case "F":
      return cased(fixed(value, precision ?? 6), type);
    case "%":
      return `${fixed(value * 100, precision ?? 6)}%`;
    case "e":
    case "E":
      return cased(withExponent(value.toExponential(precision ?? 6)), type);
    case "g":
    case "G":
      return cased(general(value, Math.max(1, precision ?? 6)), type);
    default:
      return shortest(value);
  }
}

/** With so many digits after the point. Halves go to the even digit: JavaScript takes the larger one. */
function fixed(value: number, digits: number): string {
  const [rounded, longer] = [value.toFixed(digits), value.toFixed(Math.min(100, digits + 1))];
  const isHalf = longer.endsWith("5") && Number.isInteger(value * 2 ** (digits + 1));
  return isHalf && /[13579]$/.test(rounded) ? longer.slice(0, digits === 0 ? -2 : -1) : rounded;
}

/** The shortest digits that tell the number. */
function shortest(value: number): string {
  const plain = value === 0 || (value >= 1e-4 && value < 1e16);
  return plain ? String(value) : withExponent(value.toExponential());
}

/** As many significant digits, without zeros at the end; with an exponent where that is shorter. */
function general(value: number, significant: number): string {
  const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split("e")[1]);
  if (exponent >= -4 && exponent < significant) return trimmed(value.toFixed(Math.min(100, significant - 1 - exponent)));
  const [digits, power] = value.toExponential(significant - 1).split("e") as [string, string];
  return withExponent(`${trimmed(digits)}e${power}`);
}

const trimmed = (digits: string): string => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);
const cased = (digits: string, type: string | undefined): string => (/^[EFG]$/.test(type ?? "") ? digits.toUpperCase() : digits);

/** Python writes two digits of exponents at least. */
const withExponent = (digits: string): string => digits.replace(/e([+-])(\d)$/, "e$10$2");
