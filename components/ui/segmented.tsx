'use client';

import { useId } from 'react';
import { classNames } from './class-names.ts';

export interface SegmentedProps<V extends string> {
  legend: string;
  value: V;
  options: readonly { value: V; label: string; lang?: string }[];
  onChange: (value: V) => void;
  hideLegend?: boolean;
}

/** One of a few, as radio buttons in a row: arrow keys move, the choice has weight as well as colour. */
export function Segmented<V extends string>({
  legend,
  value,
  options,
  onChange,
  hideLegend,
}: SegmentedProps<V>) {
  const name = useId();
  return (
    <fieldset>
      <legend className={hideLegend === true ? 'sr-only' : 'mb-1.5 text-sm text-ink-soft'}>{legend}</legend>
      <div className="inline-flex flex-wrap gap-0.5 rounded-md border border-line bg-sunken p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            lang={option.lang}
            className={classNames(
              'flex min-h-7 cursor-pointer items-center rounded px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-focus',
              option.value === value
                ? 'bg-raised font-semibold text-ink shadow-card ring-1 ring-line'
                : 'text-ink-soft hover:text-ink',
            )}
          >
            <input
              type="radio"
              className="sr-only"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
