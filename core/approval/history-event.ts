/** A named state of an event, with its input or output as JSON text. */
interface StateDetails {
  readonly name?: string | undefined;
  readonly output?: string | undefined;
}

/** The error of a task or of a function. */
interface FailureDetails {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** One event of an execution's history, as far as it is read here: what the SDK's HistoryEvent also is. */
export interface HistoryEvent {
  readonly id?: number | undefined;
  readonly timestamp?: Date | undefined;
  readonly type?: string | undefined;
  readonly executionStartedEventDetails?: { readonly input?: string | undefined } | undefined;
  readonly stateEnteredEventDetails?: { readonly name?: string | undefined } | undefined;
  readonly stateExitedEventDetails?: StateDetails | undefined;
  readonly taskScheduledEventDetails?:
    | { readonly parameters?: string | undefined; readonly timeoutInSeconds?: number | undefined }
    | undefined;
  readonly executionFailedEventDetails?: FailureDetails | undefined;
  readonly taskFailedEventDetails?: FailureDetails | undefined;
  readonly taskTimedOutEventDetails?: FailureDetails | undefined;
  readonly lambdaFunctionFailedEventDetails?: FailureDetails | undefined;
  readonly lambdaFunctionTimedOutEventDetails?: FailureDetails | undefined;
}
