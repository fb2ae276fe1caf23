// One selection for all pictures and tables of the page: a range of days and the ids of members.
// It travels as the event `matluoi:selection` with detail {from, to, ids}; whoever sends the event chooses.
const EVENT = "matluoi:selection";
let current = { from: null, to: null, ids: [] };

document.addEventListener(EVENT, (event) => {
  current = { from: null, to: null, ids: [], ...event.detail };
});

/** What is chosen now. */
export const selection = () => current;

/** Change part of the selection and tell everyone. */
export function choose(part) {
  document.dispatchEvent(new CustomEvent(EVENT, { detail: { ...current, ...part } }));
}

/** Choose these ids, or nothing when they are chosen already. */
export function toggle(ids) {
  const same = ids.length === current.ids.length && ids.every((id) => current.ids.includes(id));
  choose({ ids: same ? [] : ids });
}

/** Call `listener(selection)` now and whenever the selection changes. */
export function follow(listener) {
  document.addEventListener(EVENT, () => listener(current));
  listener(current);
}

/** Whether a day lies in the chosen range. */
export const dayChosen = (day, { from, to }) => (from === null || day >= from) && (to === null || day <= to);

/** The sum of `field` over the chosen days of something that has `by_day`; its whole where it has none. */
export function chosenSum(part, field, chosen) {
  if (!part.by_day || (chosen.from === null && chosen.to === null)) return part[field] ?? 0;
  return part.by_day
    .filter(({ day }) => dayChosen(day, chosen))
    .reduce((sum, entry) => sum + (entry[field] ?? 0), 0);
}
