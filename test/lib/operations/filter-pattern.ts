/** A metric filter, as the template holds it. */
export interface Filter {
  FilterPattern: string;
  LogGroupName: { Ref: string };
  MetricTransformations: { MetricName: string; MetricNamespace: string; MetricValue: string }[];
}

/** One comparison, such as `$.message = "report not written"`, in brackets where there are several. */
const comparison = /^(?:\$\.(\w+) = "([^"\\*]*)"|\(\$\.(\w+) = "([^"\\*]*)"\))$/;

/**
 * The comparisons of a pattern of which one has to hold. CloudWatch alone knows its whole language; this reads the part
 * that we use, and refuses what it does not know instead of guessing.
 * @throws Error for a pattern of another form.
 */
function alternatives(pattern: string): [field: string, text: string][] {
  const inner = /^\{ (.*) \}$/.exec(pattern)?.[1] ?? pattern;
  return inner.split(' || ').map((term) => {
    const [, field, text, bracketed, other] = comparison.exec(term) ?? [];
    const [name, value] = [field ?? bracketed, text ?? other];
    if (name === undefined || value === undefined) throw new Error(`the pattern ${pattern} has a form unknown here`);
    return [name, value];
  });
}

/** What CloudWatch makes of a line: the value of the metric, or undefined when the pattern does not match. */
export function counted({ FilterPattern, MetricTransformations: [to] }: Filter, line: string): number | undefined {
  const parsed = JSON.parse(line) as Record<string, unknown>;
  if (!alternatives(FilterPattern).some(([field, text]) => parsed[field] === text)) return undefined;
  const value = to?.MetricValue ?? '';
  return Number(value.startsWith('$.') ? parsed[value.slice(2)] : value);
}
