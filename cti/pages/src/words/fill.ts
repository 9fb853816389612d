/** `{name}` in a text replaced by the value of that name; one without a value stays as it is. */
export function filled(said: string, values: Record<string, string | number>): string {
  return said.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
