const FNV_OFFSET = 2_166_136_261;
const FNV_PRIME = 16_777_619;

/** A number from 0 to `count` - 1 that hangs on the text alone, spread evenly over many texts. */
export function phaseOf(text: string, count: number): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, FNV_PRIME);
  }
  // The low bits of FNV are poor, and ids differ in their last characters only.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85eb_ca6b);
  hash ^= hash >>> 13;
  return (hash >>> 0) % count;
}
