/**
 * An error in the form in which the service returns it: `type` is the name that an SDK client shows, `status` the HTTP
 * status.
 */
export class SsmError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = type;
    this.type = type;
    this.status = status;
  }
}
