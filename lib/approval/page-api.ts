import { RemovalPolicy } from 'aws-cdk-lib/core';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Function as LambdaFunction, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../house/acknowledge.ts';
import { logPrefix } from '../house/log-groups.ts';
import type { ReleaseContext } from '../house/release-context.ts';

/** Routes that hold no data: the page itself, and where to sign in. */
const open = ['/', '/page.js', '/page.css', '/config.json'];
/** Routes that only an approver's token opens. */
const closed = [
  [HttpMethod.GET, '/api/run/{id}'],
  [HttpMethod.GET, '/api/run/{id}/sql/{script}'],
  [HttpMethod.GET, '/api/run/{id}/report'],
  [HttpMethod.GET, '/api/run/{id}/changes'],
  [HttpMethod.POST, '/api/run/{id}/decision'],
] as const;
/** Requests per second that the whole page takes, on average and at once: a handful of people look at it. */
const throttle = { rateLimit: 10, burstLimit: 20 };

/** What the access log says of a request: neither a header nor a query, which hold tokens and codes. */
const logged = ['requestId', 'requestTime', 'identity.sourceIp', 'httpMethod', 'routeKey', 'status', 'responseLength'];

/** Under exactOptionalPropertyTypes CDK's class is not assignable to its own interface; it is one all the same. */
function isFunction(value: unknown): value is IFunction {
  return value instanceof LambdaFunction;
}

/** The HTTP API in front of the page's function. Its address exists before the function does, which is told of it. */
export class PageApi extends Construct {
  readonly api: HttpApi;
  /** `https://…`, without a slash at its end. */
  readonly origin: string;

  constructor(scope: Construct, id: string, { release, settings }: Pick<ReleaseContext, 'release' | 'settings'>) {
    super(scope, id);
    const description = `${release.plan.title}: the approver's page`;
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false, description });
    this.origin = this.api.apiEndpoint;
    const logs = new LogGroup(this, 'AccessLogs', {
      logGroupName: `${logPrefix(release)}approval-page-access`,
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const format = JSON.stringify(Object.fromEntries(logged.map((name) => [name, `$context.${name}`])));
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: { destination: new LogGroupLogDestination(logs), format: AccessLogFormat.custom(format) },
    });
  }

  /** Leads every route to the function; all but those of the page's own files demand a token of this client. */
  serve(fn: unknown, issuer: string, clientId: string): void {
    if (!isFunction(fn)) throw new TypeError('a NodejsFunction is an IFunction');
    const integration = new HttpLambdaIntegration('Page', fn);
    const approvers = new HttpJwtAuthorizer('Approvers', issuer, { jwtAudience: [clientId] });
    const add = (path: string, method: HttpMethod, authorizer: IHttpRouteAuthorizer, scopes: string[]) =>
      this.api.addRoutes({ path, methods: [method], integration, authorizer, authorizationScopes: scopes });
    for (const path of open) {
      for (const route of add(path, HttpMethod.GET, new HttpNoneAuthorizer(), [])) {
        acknowledge(route, 'AwsSolutions-APIG4', 'A file of the page: it holds no data, and the login needs it first.');
      }
    }
    // A scope makes the authorizer refuse ID tokens, which have none.
    for (const [method, path] of closed) add(path, method, approvers, ['openid']);
  }
}
