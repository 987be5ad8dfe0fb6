import type { ComponentProps } from 'react';

type GridRole = 'grid' | 'rowgroup' | 'row' | 'columnheader' | 'gridcell';

/**
 * A part of a grid. Table elements cannot stand at computed places, which a list of a hundred thousand rows needs, so the parts
 * are boxes that say by their role what they are.
 */
export const GridPart = ({ role, ...props }: ComponentProps<'div'> & { readonly role: GridRole }) => (
  <div role={role} {...props} />
);

export interface TickBoxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: () => void;
}

export const TickBox = ({ label, ...box }: TickBoxProps) => (
  <input type="checkbox" aria-label={label} {...box} />
);
