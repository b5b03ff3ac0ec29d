/**
 * Tells people who listen instead of looking that a state changed. Give it states, never ticking
 * numbers: every change of the text is spoken.
 */
export function Announcer({ text, urgent }: { text: string; urgent: string }) {
  return (
    <>
      <p className="sr-only" role="status">
        {text}
      </p>
      <p className="sr-only" role="alert">
        {urgent}
      </p>
    </>
  );
}
