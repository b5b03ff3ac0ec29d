import { useId, type InputHTMLAttributes } from 'react';

/** A box to tick with a sentence about what that means. */
export function TickField({
  label,
  hint,
  ...input
}: { label: string; hint: string } & InputHTMLAttributes<HTMLInputElement>) {
  const hintId = useId();
  return (
    <div>
      <label className="flex min-h-6 cursor-pointer items-start gap-2.5 pointer-coarse:min-h-11">
        <input
          {...input}
          type="checkbox"
          aria-describedby={hintId}
          className="mt-0.5 size-4 shrink-0 accent-ink"
        />
        <span className="text-sm font-medium">{label}</span>
      </label>
      <p id={hintId} className="ml-6.5 text-sm text-ink-soft">
        {hint}
      </p>
    </div>
  );
}
