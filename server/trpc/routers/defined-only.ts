type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out keys whose value is undefined, so that "not given" is never "set to nothing". */
export function definedOnly<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;
}
