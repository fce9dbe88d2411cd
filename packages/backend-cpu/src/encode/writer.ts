/** A growing array of 32-bit words. Wide numbers take two words, low word first. */
export class WordWriter {
  private words: Int32Array<ArrayBuffer> = new Int32Array(256);
  private readonly scratch = new Float64Array(1);
  private readonly scratchWords = new Int32Array(this.scratch.buffer);
  length = 0;

  /** One word. */
  word(value: number): void {
    if (this.length === this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[this.length++] = value;
  }

  /** A whole number up to 2^53 in magnitude, as a 64-bit integer. */
  wide(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.word((value - high * 0x1_0000_0000) | 0);
    this.word(high | 0);
  }

  wides(values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) this.wide(values[i]);
  }

  /** All 64 bits of an integer, as two's complement. */
  bits(value: bigint): void {
    this.word(Number(BigInt.asIntN(32, value)));
    this.word(Number(BigInt.asIntN(32, value >> 32n)));
  }

  /** A float64. */
  double(value: number): void {
    this.scratch[0] = value;
    this.word(this.scratchWords[0]);
    this.word(this.scratchWords[1]);
  }

  /** Reserves a word to fill in later; returns its place. */
  placeholder(): number {
    this.word(0);
    return this.length - 1;
  }

  set(place: number, value: number): void {
    this.words[place] = value;
  }

  finish(): Int32Array<ArrayBuffer> {
    return this.words.slice(0, this.length);
  }
}
