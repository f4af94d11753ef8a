import { DefinitionError } from './errors.ts';
import { evaluate, parseExpression, type Expression } from './expression.ts';
import { isArray, isObject, type Json } from './json.ts';
import type { Scope } from './json-path.ts';

/** Parameters or ResultSelector with parsed `.$` fields, so that evaluation cannot meet an unknown function. */
type PayloadTemplate =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'expression'; readonly field: string; readonly expression: Expression }
  | { readonly kind: 'array'; readonly items: readonly PayloadTemplate[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, PayloadTemplate])[] };

function compileField(key: string, value: Json): readonly [string, PayloadTemplate] {
  if (!key.endsWith('.$')) return [key, compileTemplate(value)];
  if (typeof value !== 'string') throw new DefinitionError(`the value of "${key}" must be a string`);
  return [key.slice(0, -2), { kind: 'expression', field: key, expression: parseExpression(value) }];
}

/**
 * Compiles a payload template while the definition is loaded.
 * @throws DefinitionError naming the expression that is not supported.
 */
export function compileTemplate(value: Json): PayloadTemplate {
  if (isArray(value)) return { kind: 'array', items: value.map(compileTemplate) };
  if (!isObject(value)) return { kind: 'value', value };
  return { kind: 'object', entries: Object.entries(value).map(([key, inner]) => compileField(key, inner)) };
}

/** Fills in a template. @throws RuntimeFailure when a path has no value or a function fails. */
export function fillTemplate(template: PayloadTemplate, scope: Scope): Json {
  switch (template.kind) {
    case 'value':
      return template.value;
    case 'expression':
      return evaluate(template.expression, scope, template.field);
    case 'array':
      return template.items.map((item) => fillTemplate(item, scope));
    case 'object':
      return Object.fromEntries(template.entries.map(([key, inner]) => [key, fillTemplate(inner, scope)]));
  }
}
