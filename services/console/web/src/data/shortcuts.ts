import { useEffect, useRef, useSyncExternalStore } from 'react';
import { stored } from './stored.js';

/*
 * Keys of one character, so that a list can be worked through without a mouse. They can be switched off (WCAG 2.1.4), do nothing
 * while somebody types or a dialog is open, and each screen's own are listed under `?` while it is shown.
 */

export interface Shortcut {
  /** As `KeyboardEvent.key` says it: "j", "/", "?", "Enter". */
  readonly key: string;
  /** What it does, for the list under `?`. */
  readonly label: string;
  readonly run: () => void;
}

const choice = stored('marketops.shortcuts');
export const useShortcutsOn = (): boolean => choice.use() !== 'off';
export const setShortcutsOn = (on: boolean): void => choice.set(on ? undefined : 'off');

type Layer = { current: readonly Shortcut[] };
const layers: Layer[] = [];
const listeners = new Set<() => void>();
let shownNow: readonly Shortcut[] = [];

/** The newest layer wins: a screen's keys over the shell's. */
function changed(): void {
  const byKey = new Map<string, Shortcut>();
  for (const layer of layers) for (const binding of layer.current) byKey.set(binding.key, binding);
  shownNow = [...byKey.values()];
  for (const listener of listeners) listener();
}

/** Every key that does something now. */
export const useAllShortcuts = (): readonly Shortcut[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shownNow,
  );

/** Binds keys while the component is shown. */
export function useShortcuts(bindings: readonly Shortcut[]): void {
  const layer = useRef<readonly Shortcut[]>(bindings);
  layer.current = bindings;
  const names = bindings.map(({ key, label }) => `${key} ${label}`).join('\n');
  useEffect(() => {
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      changed();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is listed changes with the names, not with each drawing
  useEffect(changed, [names]);
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('textarea, select, input:not([type="checkbox"], [type="radio"], [type="range"])'));

/** Enter and Space on a button or a link are its own. */
const isOwnKey = (event: KeyboardEvent): boolean =>
  (event.key === 'Enter' || event.key === ' ') &&
  event.target instanceof HTMLElement &&
  event.target.closest('a, button, summary, input') !== null;

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (choice.get() === 'off' || typing(event.target) || isOwnKey(event)) return;
  if (document.querySelector('dialog[open]') !== null) return;
  for (const layer of layers.toReversed()) {
    const binding = layer.current.find(({ key }) => key === event.key);
    if (binding === undefined) continue;
    event.preventDefault();
    binding.run();
    return;
  }
}

/** Once per page. */
export const listenForShortcuts = (): void => document.addEventListener('keydown', onKey);
