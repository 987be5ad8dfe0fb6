import { type Ref, useEffect, useId, useRef, useState } from 'react';

/** What was typed is looked for once the typing rests. */
const restMs = 150;

export interface TextFilterProps {
  readonly id: string;
  readonly value: string;
  readonly placeholder?: string | undefined;
  readonly input?: Ref<HTMLInputElement>;
  readonly onChange: (value: string | undefined) => void;
}

/** Its own text while somebody types; the URL's when that changes from elsewhere. */
export function TextFilter({ id, value, placeholder, input, onChange }: TextFilterProps) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      tell.current(text === '' ? undefined : text);
    }, restMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input
      id={id}
      ref={input}
      type="search"
      maxLength={200}
      spellCheck={false}
      autoComplete="off"
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

export interface FieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly placeholder?: string;
  readonly onChange: (value: string | undefined) => void;
}

export function Field({ label, value = '', placeholder, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className="filter-field">
      <label htmlFor={id}>{label}</label>
      <TextFilter id={id} value={value} placeholder={placeholder} onChange={onChange} />
    </div>
  );
}

export type Choice = readonly [value: string, text: string];

export interface ChooseProps extends FieldProps {
  readonly choices: readonly Choice[];
}

export const Choose = ({ label, value = '', choices, onChange }: ChooseProps) => (
  <label className="filter-field">
    {label}
    <select value={value} onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}>
      <option value="">any</option>
      {choices.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

/** Chosen in the browser's zone, kept in UTC. */
export function When({ label, value, onChange }: FieldProps) {
  const two = (part: number) => String(part).padStart(2, '0');
  const at = value === undefined ? undefined : new Date(value);
  const local =
    at === undefined
      ? ''
      : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
  return (
    <label className="filter-field">
      {label}
      <input
        type="datetime-local"
        value={local}
        onChange={({ target }) => {
          const chosen = new Date(target.value);
          onChange(Number.isNaN(chosen.getTime()) ? undefined : chosen.toISOString());
        }}
      />
    </label>
  );
}
