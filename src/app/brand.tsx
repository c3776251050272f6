/** The mark and the name: the way home. */
export function Brand() {
  return (
    <a className="brand" href="#/" aria-label="Ballast, home">
      <Mark />
      <span className="brand-name">Ballast</span>
    </a>
  )
}

/** A hull upright over its ballast: the same drawing as the icon. */
function Mark() {
  return (
    <svg
      width="24"
      height="24"
      viewBox="0 0 24 24"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="1.75"
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M12 3v8M12 4.5l5 4h-5" />
      <path d="M3.5 11.5h17l-2.6 6.2a2 2 0 0 1-1.85 1.2H7.95a2 2 0 0 1-1.85-1.2z" />
      <path d="M9 15.5h6" strokeWidth="2.5" />
    </svg>
  )
}
