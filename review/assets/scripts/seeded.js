/**
 * Run `work` with a Math.random that always draws the same numbers: the layout draws from it and takes no seed, and a
 * case must look the same whenever it is opened.
 */
export function seeded(work) {
  const random = Math.random;
  let state = 389;
  Math.random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  try {
    return work();
  } finally {
    Math.random = random;
  }
}
