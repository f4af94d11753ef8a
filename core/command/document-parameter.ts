/**
 * One parameter of a command document. The agent exports its value as `SSM_<name>` and never pastes it into the text.
 */
export interface DocumentParameter {
  readonly type: 'String';
  readonly description: string;
  readonly interpolationType: 'ENV_VAR';
  readonly allowedPattern: string;
  readonly maxChars?: number;
  readonly default?: string;
}
