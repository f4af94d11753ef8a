/** An error that a loopback service answers with: the name that an SDK client shows, and the HTTP status. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** An answer that never arrives although the request was carried out: the connection is reset, or stays silent. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
  readonly how: 'reset' | 'silence';

  constructor(how: 'reset' | 'silence') {
    super(how);
    this.how = how;
  }
}
