/**
 * Functions that WGSL lacks or leaves inexact. Its own `exp`, `log`, `sin`, `tanh` may be off by hundreds of units in the last place, and it
 * may assume that NaN and infinities do not occur: these test bits., and their coefficients are the minimax fits of Cephes
 * (S. Moshier 1989).
 */
export const wgslFunctions: Readonly<Record<string, string>> = {
  nr_is_nan: "fn nr_is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }",
  nr_is_inf: "fn nr_is_inf(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u; }",
  // A run-time value: WGSL refuses expressions that it can see to be NaN or infinite.
  nr_float: "var<private> nr_zero: u32 = 0u;\nfn nr_float(bits: u32) -> f32 { return bitcast<f32>(bits ^ nr_zero); }",
  nr_eq: "fn nr_eq(a: f32, b: f32) -> bool { return a == b && !nr_is_nan(a) && !nr_is_nan(b); }",
  nr_lt: "fn nr_lt(a: f32, b: f32) -> bool { return a < b && !nr_is_nan(a) && !nr_is_nan(b); }",
  nr_le: "fn nr_le(a: f32, b: f32) -> bool { return a <= b && !nr_is_nan(a) && !nr_is_nan(b); }",
  nr_max: `fn nr_max(a: f32, b: f32) -> f32 {
  if (nr_is_nan(a) || nr_is_nan(b)) { return nr_float(0x7fc00000u); }
  if (a == b) { return bitcast<f32>(bitcast<u32>(a) & bitcast<u32>(b)); }
  return select(a, b, a < b);
}`,
  nr_min: `fn nr_min(a: f32, b: f32) -> f32 {
  if (nr_is_nan(a) || nr_is_nan(b)) { return nr_float(0x7fc00000u); }
  if (a == b) { return bitcast<f32>(bitcast<u32>(a) | bitcast<u32>(b)); }
  return select(a, b, b < a);
}`,
  nr_sign: `fn nr_sign(x: f32) -> f32 {
  if (nr_is_nan(x) || x == 0.0) { return x; }
  return select(-1.0, 1.0, x > 0.0);
}`,
  nr_fmod: `fn nr_fmod(a: f32, b: f32) -> f32 {
  if (nr_is_nan(a) || nr_is_nan(b) || nr_is_inf(a) || b == 0.0) { return nr_float(0x7fc00000u); }
  if (nr_is_inf(b)) { return a; }
  // Long division on the bits: exact for every quotient.
  let sign = bitcast<u32>(a) & 0x80000000u;
  let ua = bitcast<u32>(a) & 0x7fffffffu;
  let ub = bitcast<u32>(b) & 0x7fffffffu;
  if (ua < ub) { return a; }
  var ea = i32(ua >> 23u);
  var eb = i32(ub >> 23u);
  var ma = (ua & 0x7fffffu) | select(0u, 0x800000u, ea > 0);
  var mb = (ub & 0x7fffffu) | select(0u, 0x800000u, eb > 0);
  ea = max(ea, 1);
  eb = max(eb, 1);
  while (mb < 0x800000u && eb > -30) { mb = mb << 1u; eb = eb - 1; }
  while (ma < 0x800000u && ea > -30) { ma = ma << 1u; ea = ea - 1; }
  while (ea > eb) {
    if (ma >= mb) { ma = ma - mb; }
    ma = ma << 1u;
    ea = ea - 1;
  }
  if (ma >= mb) { ma = ma - mb; }
  if (ma == 0u) { return bitcast<f32>(sign); }
  while (ma < 0x800000u) { ma = ma << 1u; ea = ea - 1; }
  if (ea > 0) { return bitcast<f32>(sign | (u32(ea) << 23u) | (ma & 0x7fffffu)); }
  return bitcast<f32>(sign | (ma >> u32(1 - ea)));
}`,
  nr_scale: `fn nr_scale(x: f32, n: i32) -> f32 {
  let half = n / 2;
  return x * bitcast<f32>(u32(half + 127) << 23u) * bitcast<f32>(u32(n - half + 127) << 23u);
}`,
  nr_exp: `fn nr_exp(x: f32) -> f32 {
  if (nr_is_nan(x)) { return x; }
  if (x > 88.72284) { return nr_float(0x7f800000u); }
  if (x < -104.0) { return 0.0; }
  let n = floor(x * 1.44269504 + 0.5);
  let r = fma(n, 2.12194440e-4, fma(n, -0.693359375, x));
  var p = fma(1.9875691500e-4, r, 1.3981999507e-3);
  p = fma(p, r, 8.3334519073e-3);
  p = fma(p, r, 4.1665795894e-2);
  p = fma(p, r, 1.6666665459e-1);
  p = fma(p, r, 5.0000001201e-1);
  return nr_scale(1.0 + fma(p, r * r, r), i32(n));
}`,
  nr_expm1: `fn nr_expm1(x: f32) -> f32 {
  if (nr_is_nan(x) || x == 0.0) { return x; }
  if (x > 88.72284) { return nr_float(0x7f800000u); }
  if (x < -18.0) { return -1.0; }
  let n = floor(x * 1.44269504 + 0.5);
  let r = fma(n, 2.12194440e-4, fma(n, -0.693359375, x));
  var p = fma(1.9875691500e-4, r, 1.3981999507e-3);
  p = fma(p, r, 8.3334519073e-3);
  p = fma(p, r, 4.1665795894e-2);
  p = fma(p, r, 1.6666665459e-1);
  p = fma(p, r, 5.0000001201e-1);
  let q = fma(p, r * r, r);
  if (n == 0.0) { return q; }
  if (n > 126.0) { return nr_scale(1.0 + q, i32(n)); }
  let s = nr_scale(1.0, i32(n));
  return fma(s, q, s - 1.0);
}`,
  nr_log_near: `fn nr_log_near(f: f32) -> f32 {
  // log(1 + f) for 1 + f from sqrt(1/2) to sqrt(2).
  let z = f * f;
  var p = fma(7.0376836292e-2, f, -1.1514610310e-1);
  p = fma(p, f, 1.1676998740e-1);
  p = fma(p, f, -1.2420140846e-1);
  p = fma(p, f, 1.4249322787e-1);
  p = fma(p, f, -1.6668057665e-1);
  p = fma(p, f, 2.0000714765e-1);
  p = fma(p, f, -2.4999993993e-1);
  p = fma(p, f, 3.3333331174e-1);
  return f + fma(p * f, z, -0.5 * z);
}`,
  nr_log: `fn nr_log(x: f32) -> f32 {
  if (nr_is_nan(x)) { return x; }
  if (x < 0.0) { return nr_float(0x7fc00000u); }
  if (x == 0.0) { return nr_float(0xff800000u); }
  if (nr_is_inf(x)) { return x; }
  var bits = bitcast<u32>(x);
  var e = 0.0;
  if (bits < 0x00800000u) { bits = bitcast<u32>(x * 8388608.0); e = -23.0; }
  e = e + f32(i32(bits >> 23u) - 126);
  var f = bitcast<f32>((bits & 0x7fffffu) | 0x3f000000u);
  if (f < 0.70710678) { e = e - 1.0; f = f + f; }
  return fma(e, 0.693359375, fma(e, -2.12194440e-4, nr_log_near(f - 1.0)));
}`,
  nr_log1p: `fn nr_log1p(x: f32) -> f32 {
  if (nr_is_nan(x) || x == 0.0) { return x; }
  if (x > -0.29 && x < 0.41) { return nr_log_near(x); }
  return nr_log(1.0 + x);
}`,
  nr_tanh: `fn nr_tanh(x: f32) -> f32 {
  if (nr_is_nan(x) || x == 0.0) { return x; }
  let a = abs(x);
  if (a > 10.0) { return select(-1.0, 1.0, x > 0.0); }
  let e = nr_expm1(2.0 * a);
  let t = e / (e + 2.0);
  return select(-t, t, x > 0.0);
}`,
  nr_multiply_high: `fn nr_multiply_high(a: u32, b: u32) -> u32 {
  let low = (a & 65535u) * (b & 65535u);
  let middle = (a >> 16u) * (b & 65535u) + (low >> 16u);
  let other = (a & 65535u) * (b >> 16u) + (middle & 65535u);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u);
}`,
  // Quadrant and rest of a large angle by the bits of 2/π that matter (Payne and Hanek 1983).
  nr_reduce_angle: `fn nr_reduce_angle(x: f32, quadrant: ptr<function, i32>) -> f32 {
  var table = array<u32, 8>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
  let bits = bitcast<u32>(x) & 0x7fffffffu;
  let m = (bits & 0x7fffffu) | 0x800000u;
  let position = (bits >> 23u) - 120u;
  let word = position >> 5u;
  let shift = position & 31u;
  var w0 = table[word];
  var w1 = table[word + 1u];
  var w2 = table[word + 2u];
  if (shift != 0u) {
    w0 = (w0 << shift) | (w1 >> (32u - shift));
    w1 = (w1 << shift) | (w2 >> (32u - shift));
    w2 = (w2 << shift) | (table[word + 3u] >> (32u - shift));
  }
  let p1 = m * w1 + nr_multiply_high(m, w2);
  let carry = select(0u, 1u, p1 < m * w1);
  let p0 = m * w0 + nr_multiply_high(m, w1) + carry;
  let high = bitcast<i32>((p0 << 2u) | (p1 >> 30u));
  *quadrant = i32((p0 >> 30u) + select(0u, 1u, high < 0));
  let turn = f32(high) * 2.3283064e-10 + f32(p1 << 2u) * 5.4210109e-20;
  let r = turn * 1.57079633;
  if (x < 0.0) { *quadrant = -*quadrant; return -r; }
  return r;
}`,
  nr_sincos: `fn nr_sincos(x: f32, shift: i32) -> f32 {
  if (nr_is_nan(x) || nr_is_inf(x)) { return nr_float(0x7fc00000u); }
  var quadrant: i32;
  var r: f32;
  if (abs(x) < 256.0) {
    let n = floor(x * 0.63661977 + 0.5);
    // π/2 in parts so short that their products are exact.
    r = ((x - n * 1.5703125) - n * 4.837512969970703125e-4) - n * 7.549789948768648e-8;
    quadrant = i32(n);
  } else {
    r = nr_reduce_angle(x, &quadrant);
  }
  quadrant = (quadrant + shift) & 3;
  let z = r * r;
  var y: f32;
  if ((quadrant & 1) == 0) {
    y = fma(fma(fma(-1.9515295891e-4, z, 8.3321608736e-3), z, -1.6666654611e-1) * z, r, r);
  } else {
    y = fma(fma(fma(2.443315711809948e-5, z, -1.388731625493765e-3), z, 4.166664568298827e-2), z * z, fma(z, -0.5, 1.0));
  }
  return select(y, -y, quadrant >= 2);
}`,
  // exp(-a²): the square's rounding would cost several units in the last place.
  nr_exp_square: `fn nr_exp_square(a: f32) -> f32 {
  let high = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
  return nr_exp(-high * high) * nr_exp(-(a - high) * (a + high));
}`,
  nr_erf: `fn nr_erf(x: f32) -> f32 {
  if (nr_is_nan(x) || x == 0.0) { return x; }
  let a = abs(x);
  if (a > 4.0) { return select(-1.0, 1.0, x > 0.0); }
  var y: f32;
  if (a < 1.0) {
    let z = a * a;
    var p = fma(7.853861353153693e-5, z, -8.010193625184903e-4);
    p = fma(p, z, 5.188327685732524e-3);
    p = fma(p, z, -2.685381193529856e-2);
    p = fma(p, z, 1.128358514861418e-1);
    p = fma(p, z, -3.761262582423300e-1);
    y = fma(p, z, 1.128379165726710) * a;
  } else {
    // erfc by its continued fraction (Abramowitz and Stegun 7.1.14): at most 0.16, so its errors count little.
    var fraction = 0.0;
    for (var n = 48; n >= 1; n = n - 1) { fraction = 0.5 * f32(n) / (a + fraction); }
    y = 1.0 - nr_exp_square(a) / ((a + fraction) * 1.77245385);
  }
  return select(-y, y, x > 0.0);
}`,
  nr_pow: `fn nr_pow(a: f32, b: f32) -> f32 {
  if ((b == 0.0 && !nr_is_nan(b)) || (a == 1.0 && !nr_is_nan(a))) { return 1.0; }
  if (nr_is_nan(a) || nr_is_nan(b)) { return nr_float(0x7fc00000u); }
  let size = abs(a);
  if (nr_is_inf(b)) {
    if (size == 1.0) { return 1.0; }
    return select(0.0, nr_float(0x7f800000u), (size > 1.0) == (b > 0.0));
  }
  let whole = b == floor(b);
  let odd = whole && abs(b) < 16777216.0 && (i32(b) & 1) != 0;
  let negative = (bitcast<u32>(a) >> 31u) == 1u;
  var y: f32;
  if (size == 0.0) { y = select(0.0, nr_float(0x7f800000u), b < 0.0); }
  else if (nr_is_inf(a)) { y = select(0.0, nr_float(0x7f800000u), b > 0.0); }
  else if (negative && !whole) { return nr_float(0x7fc00000u); }
  else if (whole && abs(b) <= 64.0) {
    var n = u32(abs(b));
    var base = size;
    y = 1.0;
    while (n > 0u) { if ((n & 1u) != 0u) { y = y * base; } base = base * base; n = n >> 1u; }
    if (b < 0.0) { y = 1.0 / y; }
  } else {
    // log(size) as a sum of two floats, so that its error is not multiplied by b.
    var bits = bitcast<u32>(size);
    var e = 0.0;
    if (bits < 0x00800000u) { bits = bitcast<u32>(size * 8388608.0); e = -23.0; }
    e = e + f32(i32(bits >> 23u) - 126);
    var f = bitcast<f32>((bits & 0x7fffffu) | 0x3f000000u);
    if (f < 0.70710678) { e = e - 1.0; f = f + f; }
    let small = fma(e, -2.12194440e-4, nr_log_near(f - 1.0));
    let big = e * 0.693359375;
    let high = b * big;
    let low = fma(b, big, -high);
    var t = high + b * small;
    if (abs(high) > 1000.0) { t = high; }
    y = nr_exp(t);
    // Beyond, it has overflowed or is 0, and so may have the products.
    if (abs(t) < 128.0 && !nr_is_inf(y)) { y = fma(y, (high - t) + b * small + low, y); }
  }
  return select(y, -y, negative && odd);
}`,
  nr_atan: `fn nr_atan(x: f32) -> f32 {
  // x ≥ 0.
  var y = 0.0;
  var r = x;
  if (x > 2.41421356) { y = 1.57079633; r = -1.0 / x; }
  else if (x > 0.41421356) { y = 0.78539816; r = (x - 1.0) / (x + 1.0); }
  let z = r * r;
  return y + fma(fma(fma(fma(8.05374449538e-2, z, -1.38776856032e-1), z, 1.99777106478e-1), z, -3.33329491539e-1) * z, r, r);
}`,
  nr_atan2: `fn nr_atan2(y: f32, x: f32) -> f32 {
  if (nr_is_nan(x) || nr_is_nan(y)) { return nr_float(0x7fc00000u); }
  let ay = abs(y);
  let ax = abs(x);
  let left = (bitcast<u32>(x) >> 31u) == 1u;
  var angle: f32;
  if (nr_is_inf(x) && nr_is_inf(y)) { angle = 0.78539816; }
  else if (ay == 0.0) { angle = 0.0; }
  else if (ax == 0.0 || nr_is_inf(y)) { angle = 1.57079633; }
  else if (nr_is_inf(x)) { angle = 0.0; }
  else { angle = nr_atan(ay / ax); }
  if (left) { angle = 3.14159265 - angle; }
  return bitcast<f32>(bitcast<u32>(angle) | (bitcast<u32>(y) & 0x80000000u));
}`,
  nr_to_i32: `fn nr_to_i32(x: f32) -> i32 {
  if (nr_is_nan(x)) { return 0; }
  if (x >= 2147483648.0) { return 2147483647; }
  if (x <= -2147483648.0) { return -2147483647 - 1; }
  return i32(x);
}`,
  nr_to_u32: `fn nr_to_u32(x: f32) -> u32 {
  if (nr_is_nan(x) || x <= 0.0) { return 0u; }
  if (x >= 4294967296.0) { return 4294967295u; }
  return u32(x);
}`,
  nr_div_i: `fn nr_div_i(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  if (b == -1) { return -a; }
  return a / b;
}`,
  nr_rem_i: `fn nr_rem_i(a: i32, b: i32) -> i32 {
  if (b == 0 || b == -1) { return 0; }
  return a % b;
}`,
  nr_div_u: "fn nr_div_u(a: u32, b: u32) -> u32 { if (b == 0u) { return 0u; } return a / b; }",
  nr_rem_u: "fn nr_rem_u(a: u32, b: u32) -> u32 { if (b == 0u) { return 0u; } return a % b; }",
  nr_pow_u: `fn nr_pow_u(a: u32, b: u32) -> u32 {
  var result = 1u;
  var base = a;
  var n = b;
  while (n > 0u) { if ((n & 1u) != 0u) { result = result * base; } base = base * base; n = n >> 1u; }
  return result;
}`,
  nr_pow_i: "fn nr_pow_i(a: i32, b: i32) -> i32 { if (b < 0) { return 1; } return bitcast<i32>(nr_pow_u(bitcast<u32>(a), u32(b))); }",
  nr_shl_i: "fn nr_shl_i(a: i32, b: i32) -> i32 { if (b < 0 || b >= 32) { return 0; } return a << u32(b); }",
  nr_shr_i: "fn nr_shr_i(a: i32, b: i32) -> i32 { if (b < 0 || b >= 32) { return a >> 31u; } return a >> u32(b); }",
  nr_shl_u: "fn nr_shl_u(a: u32, b: u32) -> u32 { if (b >= 32u) { return 0u; } return a << b; }",
  nr_shr_u: "fn nr_shr_u(a: u32, b: u32) -> u32 { if (b >= 32u) { return 0u; } return a >> b; }",
  nr_complex_mul: `fn nr_complex_mul(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
  return vec2<f32>(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);
}`,
  nr_rotate: "fn nr_rotate(x: u32, n: u32) -> u32 { return (x << n) | (x >> (32u - n)); }",
  nr_threefry: `fn nr_threefry(k0: u32, k1: u32, counter: u32) -> u32 {
  var keys = array<u32, 3>(k0, k1, k0 ^ k1 ^ 0x1bd11bdau);
  var rotations = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  var a = k0;
  var b = counter + k1;
  for (var round = 0u; round < 5u; round = round + 1u) {
    for (var i = 0u; i < 4u; i = i + 1u) {
      a = a + b;
      b = nr_rotate(b, rotations[(round % 2u) * 4u + i]) ^ a;
    }
    a = a + keys[(round + 1u) % 3u];
    b = b + keys[(round + 2u) % 3u] + round + 1u;
  }
  return a ^ b;
}`,
};

/** The functions that `text` calls, and those that they call, in an order of no importance to WGSL. */
export function functionsIn(text: string): string {
  const found = new Set<string>();
  const search = (source: string): void => {
    for (const [name] of source.matchAll(/\bnr_\w+/g)) {
      if (found.has(name) || wgslFunctions[name] === undefined) continue;
      found.add(name);
      search(wgslFunctions[name]);
    }
  };
  search(text);
  return [...found].map((name) => wgslFunctions[name]).join("\n");
}
