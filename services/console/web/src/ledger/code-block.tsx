export interface CodeBlockProps {
  /** What it is, for whoever hears the page. */
  readonly label: string;
  readonly text: string;
}

/** Text of several lines as it stands; the keyboard reaches it, for it may scroll. */
export function CodeBlock({ label, text }: CodeBlockProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it may scroll, and the keyboard has to reach it
    <section className="code-block" aria-label={label} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  );
}
