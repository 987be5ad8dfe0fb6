export interface ReasonFieldProps {
  readonly value: string;
  readonly onChange: (reason: string) => void;
}

/** Why somebody orders something, as the ledger will have it. */
export const ReasonField = ({ value, onChange }: ReasonFieldProps) => (
  <label className="field">
    Reason, for the ledger
    <textarea
      rows={2}
      required
      maxLength={500}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  </label>
);
